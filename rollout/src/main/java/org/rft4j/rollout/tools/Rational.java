package org.rft4j.rollout.tools;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.rft4j.engine.Check;

/** An exact fraction in lowest terms, with a bound on its size, so that no expression can hold a processor. */
record Rational(BigInteger numerator, BigInteger denominator) {
    private static final int MOST_BITS = 4096;
    private static final int DIGITS = 15;
    private static final int PLAIN_EXPONENT = 20;

    Rational {
        Check.that(denominator.signum() != 0, "divisor", 0, "must not be 0", "check the expression");
        BigInteger common = numerator.gcd(denominator);
        BigInteger by = denominator.signum() < 0 ? common.negate() : common;
        numerator = numerator.divide(by);
        denominator = denominator.divide(by);
        checkBits(Math.max(numerator.bitLength(), denominator.bitLength()));
    }

    static Rational of(BigDecimal value) {
        checkBits(Math.abs((long) value.scale()) * 4);
        return value.scale() > 0
                ? new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
                : new Rational(value.toBigIntegerExact(), BigInteger.ONE);
    }

    private static void checkBits(long bits) {
        Check.that(
                bits <= MOST_BITS,
                "size of a number",
                bits + " bits",
                "must be at most " + MOST_BITS,
                "calculate with smaller numbers");
    }

    Rational plus(Rational other) {
        return new Rational(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    Rational negated() {
        return new Rational(numerator.negate(), denominator);
    }

    Rational times(Rational other) {
        return new Rational(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    Rational over(Rational other) {
        return new Rational(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    /** The remainder whose sign is that of the divisor, as in Python. */
    Rational modulo(Rational other) {
        Rational quotient = over(other);
        BigInteger[] parts = quotient.numerator.divideAndRemainder(quotient.denominator);
        BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        return plus(other.times(new Rational(floor, BigInteger.ONE)).negated());
    }

    Rational power(Rational exponent) {
        Check.that(
                exponent.denominator.equals(BigInteger.ONE),
                "exponent",
                exponent.text(),
                "must be a whole number",
                "roots cannot be calculated");
        Check.that(
                exponent.numerator.bitLength() <= 31,
                "exponent",
                exponent.text(),
                "must be below 2^31",
                "calculate with smaller numbers");
        int n = exponent.numerator.intValue();
        if (n < 0) {
            return new Rational(BigInteger.ONE, BigInteger.ONE).over(this).power(exponent.negated());
        }
        boolean grows = numerator.abs().compareTo(BigInteger.ONE) > 0 || !denominator.equals(BigInteger.ONE);
        if (grows) {
            // The least size of the result.
            checkBits((long) n * (Math.max(numerator.bitLength(), denominator.bitLength()) - 1));
            return new Rational(numerator.pow(n), denominator.pow(n));
        }
        return numerator.signum() < 0 && n % 2 == 0 ? negated() : n == 0 ? ONE : this;
    }

    private static final Rational ONE = new Rational(BigInteger.ONE, BigInteger.ONE);

    /** Whole numbers exactly, others to 15 digits. */
    String text() {
        if (denominator.equals(BigInteger.ONE)) {
            return numerator.toString();
        }
        BigDecimal value = new BigDecimal(numerator)
                .divide(new BigDecimal(denominator), new MathContext(DIGITS))
                .stripTrailingZeros();
        return Math.abs(value.precision() - value.scale()) <= PLAIN_EXPONENT ? value.toPlainString() : value.toString();
    }
}
