package org.rft4j.core.jinja;

import java.math.BigInteger;

/** Python's range, kept small by the sandbox. */
record Range(long start, long stop, long step) {
    /** The sandbox of Jinja allows no more. */
    private static final int MOST = 100_000;

    Range {
        if (step == 0) {
            throw JinjaError.runtime("range() arg 3 must not be zero");
        }
        if (size(start, stop, step).compareTo(BigInteger.valueOf(MOST)) > 0) {
            throw JinjaError.runtime("Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MOST + ").");
        }
    }

    private static BigInteger size(long start, long stop, long step) {
        BigInteger distance = BigInteger.valueOf(stop).subtract(BigInteger.valueOf(start));
        BigInteger stride = BigInteger.valueOf(step);
        if (distance.signum() != stride.signum()) {
            return BigInteger.ZERO;
        }
        return distance.abs().subtract(BigInteger.ONE).divide(stride.abs()).add(BigInteger.ONE);
    }

    int size() {
        return size(start, stop, step).intValueExact();
    }

    Object get(int index) {
        return start + index * step;
    }
}
