package org.rft4j.rewards.maths;

import java.math.BigDecimal;

/** A complex number; the imaginary part of a real one is exactly 0. */
record Complex(BigDecimal re, BigDecimal im) {
    static final Complex ZERO = of(BigDecimal.ZERO);
    static final Complex ONE = of(BigDecimal.ONE);
    static final Complex I = new Complex(BigDecimal.ZERO, BigDecimal.ONE);

    static Complex of(BigDecimal real) {
        return new Complex(real, BigDecimal.ZERO);
    }

    boolean isReal() {
        return im.signum() == 0;
    }

    boolean isZero() {
        return re.signum() == 0 && im.signum() == 0;
    }

    Complex negate() {
        return new Complex(re.negate(), im.negate());
    }

    /** The larger of the two parts, a measure of size. */
    BigDecimal size() {
        return re.abs().max(im.abs());
    }
}
