package org.rft4j.rewards.maths;

import java.math.BigInteger;
import org.rft4j.rewards.exact.Rational;

/** Counts what a comparison uses. Steps are counted, not seconds, so that a verdict is the same on every machine. */
final class Budget {
    /** Products of whole numbers cost a step for so many squared bits, as a power of two. */
    private static final int PRODUCT_SHIFT = 16;
    /** Fractions have to be reduced as well. */
    private static final int FRACTION_SHIFT = 12;

    private final MathsLimits limits;
    private long left;

    Budget(MathsLimits limits) {
        this(limits, limits.steps());
    }

    private Budget(MathsLimits limits, long left) {
        this.limits = limits;
        this.left = left;
    }

    /** A part of what is left, for a way that may fail: what it does not use stays here. */
    <T> T share(java.util.function.Function<Budget, T> work) {
        Budget part = new Budget(limits, left / 2);
        long given = part.left;
        try {
            return work.apply(part);
        } finally {
            left -= given - Math.max(0, part.left);
        }
    }

    MathsLimits limits() {
        return limits;
    }

    long used() {
        return limits.steps() - left;
    }

    void charge(long steps) {
        left -= steps;
        if (left < 0) {
            throw new Undecidable("more than " + limits.steps() + " steps");
        }
    }

    /** Before two numbers are multiplied, added or reduced. */
    void chargeProduct(Rational a, Rational b) {
        long bits = a.bits() + b.bits();
        if (bits > 2L * limits.bits()) {
            throw tooLarge();
        }
        charge(1 + ((bits * bits) >> (a.isWhole() && b.isWhole() ? PRODUCT_SHIFT : FRACTION_SHIFT)));
    }

    /** A whole power of a rational number, refused before it is made if it is too large. */
    Rational power(Rational base, BigInteger exponent) {
        boolean unit = base.isWhole() && base.numerator().abs().bitLength() <= 1;
        if (unit) {
            return base.signum() < 0 && !exponent.testBit(0) ? Rational.ONE : base;
        }
        if (exponent.bitLength() > Integer.SIZE - 2
                || base.bits() * exponent.abs().longValue() > 2L * limits.bits()) {
            throw tooLarge();
        }
        Rational result = base.power(exponent.intValue());
        chargeProduct(result, Rational.ONE);
        return result;
    }

    Undecidable tooLarge() {
        return new Undecidable("a number of more than " + limits.bits() + " bits");
    }
}
