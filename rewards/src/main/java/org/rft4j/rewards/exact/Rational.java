package org.rft4j.rewards.exact;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.rft4j.engine.Check;

/**
 * A fraction of whole numbers in lowest terms. Two that are equal are the same number.
 *
 * @param numerator carries the sign
 * @param denominator positive
 */
public record Rational(BigInteger numerator, BigInteger denominator) implements Comparable<Rational> {
    /** 0. */
    public static final Rational ZERO = of(0);
    /** 1. */
    public static final Rational ONE = of(1);

    /** Reduces to lowest terms. */
    public Rational {
        Check.that(
                denominator.signum() != 0,
                "denominator",
                0,
                "must not be 0",
                "check before dividing what a divisor is");
        if (denominator.signum() < 0) {
            numerator = numerator.negate();
            denominator = denominator.negate();
        }
        if (!denominator.equals(BigInteger.ONE)) {
            BigInteger common = numerator.gcd(denominator);
            if (!common.equals(BigInteger.ONE)) {
                numerator = numerator.divide(common);
                denominator = denominator.divide(common);
            }
        }
    }

    /**
     * A whole number.
     *
     * @param value the number
     * @return it as a fraction
     */
    public static Rational of(long value) {
        return of(BigInteger.valueOf(value));
    }

    /**
     * A whole number.
     *
     * @param value the number
     * @return it as a fraction
     */
    public static Rational of(BigInteger value) {
        return new Rational(value, BigInteger.ONE);
    }

    /**
     * A fraction.
     *
     * @param numerator above the line
     * @param denominator below the line, not 0
     * @return the number
     */
    public static Rational of(long numerator, long denominator) {
        return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
    }

    /**
     * A decimal number, exactly. The caller bounds its exponent: 1e999999 has a million digits.
     *
     * @param value the number
     * @return the same number
     */
    public static Rational of(BigDecimal value) {
        return value.scale() <= 0
                ? of(value.toBigIntegerExact())
                : new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()));
    }

    /**
     * The sum.
     *
     * @param other a number
     * @return this + other
     */
    public Rational plus(Rational other) {
        return new Rational(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    /**
     * The difference.
     *
     * @param other a number
     * @return this - other
     */
    public Rational minus(Rational other) {
        return plus(other.negate());
    }

    /**
     * The product.
     *
     * @param other a number
     * @return this * other
     */
    public Rational times(Rational other) {
        return new Rational(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
    }

    /**
     * The quotient.
     *
     * @param other a number, not 0
     * @return this / other
     */
    public Rational over(Rational other) {
        return new Rational(numerator.multiply(other.denominator), denominator.multiply(other.numerator));
    }

    /**
     * A whole power. The caller bounds the size of the result.
     *
     * @param exponent any whole number; not negative if this is 0
     * @return this to that power
     */
    public Rational power(int exponent) {
        return exponent < 0
                ? new Rational(denominator.pow(-exponent), numerator.pow(-exponent))
                : new Rational(numerator.pow(exponent), denominator.pow(exponent));
    }

    /**
     * The number with the other sign.
     *
     * @return -this
     */
    public Rational negate() {
        return new Rational(numerator.negate(), denominator);
    }

    /**
     * The distance from 0.
     *
     * @return this or -this
     */
    public Rational abs() {
        return signum() < 0 ? negate() : this;
    }

    /**
     * The sign.
     *
     * @return -1, 0 or 1
     */
    public int signum() {
        return numerator.signum();
    }

    /**
     * Whether there is no fraction.
     *
     * @return true for whole numbers
     */
    public boolean isWhole() {
        return denominator.equals(BigInteger.ONE);
    }

    /**
     * The largest whole number that is not greater.
     *
     * @return this, rounded down
     */
    public BigInteger floor() {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    /**
     * How much room it takes.
     *
     * @return bits of numerator and denominator together
     */
    public long bits() {
        return (long) numerator.bitLength() + denominator.bitLength();
    }

    /**
     * A decimal number next to it.
     *
     * @param context how many digits, and which way to round
     * @return the rounded quotient
     */
    public BigDecimal decimal(MathContext context) {
        return new BigDecimal(numerator).divide(new BigDecimal(denominator), context);
    }

    @Override
    public int compareTo(Rational other) {
        return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
    }

    @Override
    public String toString() {
        return isWhole() ? numerator.toString() : numerator + "/" + denominator;
    }
}
