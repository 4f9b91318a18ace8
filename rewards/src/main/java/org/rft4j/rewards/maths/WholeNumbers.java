package org.rft4j.rewards.maths;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** Functions that give rational numbers for rational numbers. */
final class WholeNumbers {
    private final Budget budget;

    WholeNumbers(Budget budget) {
        this.budget = budget;
    }

    /** The value, or null where the function is not one of these. */
    @Nullable
    Rational value(Function function, List<Rational> x) {
        Rational first = x.get(0);
        return switch (function) {
            case ABS -> first.abs();
            case FLOOR -> Rational.of(first.floor());
            case CEILING -> Rational.of(first.negate().floor().negate());
            case FACTORIAL -> Rational.of(falling(whole(first), 1));
            case DOUBLE_FACTORIAL -> Rational.of(falling(whole(first), 2));
            case BINOMIAL -> binomial(x);
            case MAX -> x.stream().max(Rational::compareTo).orElse(first);
            case MIN -> x.stream().min(Rational::compareTo).orElse(first);
            case GCD -> Rational.of(x.stream().map(WholeNumbers::integer).reduce(BigInteger.ZERO, BigInteger::gcd));
            case LCM -> Rational.of(x.stream().map(WholeNumbers::integer).reduce(BigInteger.ONE, this::common));
            default -> null;
        };
    }

    private BigInteger falling(int from, int step) {
        refuseLarge(from / (double) step * (StrictMath.log(Math.max(from, 1)) - 1));
        BigInteger product = BigInteger.ONE;
        for (int i = from; i > 1; i -= step) {
            product = product.multiply(BigInteger.valueOf(i));
            chargeBits(product);
        }
        return product;
    }

    private Rational binomial(List<Rational> x) {
        int n = whole(x.get(0));
        int k = x.size() == 2 ? whole(x.get(1)) : -1;
        if (k < 0) {
            throw new Undecidable("a binomial coefficient of other than two numbers");
        }
        int factors = Math.min(k, n - k);
        refuseLarge(factors <= 0 ? 0 : factors * StrictMath.log(n / (double) factors));
        BigInteger product = k > n ? BigInteger.ZERO : BigInteger.ONE;
        for (int i = 0; i < factors; i++) {
            product = product.multiply(BigInteger.valueOf((long) n - i)).divide(BigInteger.valueOf(i + 1L));
            chargeBits(product);
        }
        return Rational.of(product);
    }

    /** Before a product is made of which the natural logarithm is at least that. */
    private void refuseLarge(double logarithm) {
        if (logarithm > budget.limits().bits()) {
            throw budget.tooLarge();
        }
    }

    private BigInteger common(BigInteger a, BigInteger b) {
        if (a.signum() == 0 || b.signum() == 0) {
            return BigInteger.ZERO;
        }
        BigInteger multiple = a.divide(a.gcd(b)).multiply(b).abs();
        chargeBits(multiple);
        return multiple;
    }

    private void chargeBits(BigInteger number) {
        budget.charge(1 + number.bitLength() / 1024);
        if (number.bitLength() > budget.limits().bits()) {
            throw budget.tooLarge();
        }
    }

    private static BigInteger integer(Rational number) {
        if (!number.isWhole()) {
            throw new Undecidable("a function of whole numbers at " + number);
        }
        return number.numerator();
    }

    private int whole(Rational number) {
        BigInteger integer = integer(number);
        if (integer.signum() < 0) {
            throw new Undecidable("a factorial or binomial coefficient of a negative number");
        }
        if (integer.bitLength() > 31 - 1) {
            throw budget.tooLarge();
        }
        return integer.intValue();
    }
}
