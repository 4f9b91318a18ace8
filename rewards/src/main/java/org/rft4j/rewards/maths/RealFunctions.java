package org.rft4j.rewards.maths;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Elementary functions of real numbers to a given number of digits. The last few digits of a result may be wrong; callers ask
 * for more than they compare.
 */
final class RealFunctions {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.valueOf(100_000);
    private static final BigDecimal LARGEST_ANGLE = new BigDecimal("1e12");
    private static final int GUARD = 15;
    private static final int HALVINGS = 8;
    private static final int COST = 12;

    private final MathContext digits;
    private final BigDecimal smallest;
    private final BigDecimal tiny;
    private final Budget budget;
    private final Constants constants;
    private boolean lostDigits;

    RealFunctions(int precision, Budget budget) {
        digits = new MathContext(precision + GUARD, RoundingMode.HALF_EVEN);
        smallest = BigDecimal.ONE.movePointLeft(precision + GUARD);
        tiny = BigDecimal.ONE.movePointLeft(precision / 6);
        this.budget = budget;
        constants = Constants.of(digits);
    }

    /** Pi and the natural logarithms of 2 and 10; each precision is computed once. */
    private record Constants(BigDecimal pi, BigDecimal ln2, BigDecimal ln10) {
        private static final java.util.Map<Integer, Constants> KNOWN = new java.util.concurrent.ConcurrentHashMap<>();

        static Constants of(MathContext digits) {
            return KNOWN.computeIfAbsent(digits.getPrecision(), precision -> {
                MathContext more = new MathContext(precision + 2 * GUARD, RoundingMode.HALF_EVEN);
                BigDecimal pi = inverse(5, false, more)
                        .multiply(BigDecimal.valueOf(16))
                        .subtract(inverse(239, false, more).multiply(BigDecimal.valueOf(4)), more);
                BigDecimal ln2 = inverse(3, true, more).multiply(TWO);
                BigDecimal ln5over4 = inverse(9, true, more).multiply(TWO);
                return new Constants(
                        pi, ln2, ln2.multiply(BigDecimal.valueOf(3)).add(ln5over4, more));
            });
        }

        /** The inverse tangent of 1/n, or the inverse hyperbolic tangent, by their series. */
        private static BigDecimal inverse(int n, boolean hyperbolic, MathContext digits) {
            BigDecimal end = BigDecimal.ONE.movePointLeft(digits.getPrecision());
            BigDecimal square = BigDecimal.valueOf((long) n * n);
            BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(n), digits);
            BigDecimal sum = power;
            for (int k = 3; power.compareTo(end) > 0; k += 2) {
                power = power.divide(square, digits);
                BigDecimal term = power.divide(BigDecimal.valueOf(k), digits);
                sum = hyperbolic || k % 4 == 1 ? sum.add(term, digits) : sum.subtract(term, digits);
            }
            return sum;
        }
    }

    MathContext digits() {
        return digits;
    }

    BigDecimal pi() {
        return constants.pi();
    }

    /** Whether an argument was so small that what a function adds to it may have been cut off. */
    boolean lostDigits() {
        return lostDigits;
    }

    private void call(BigDecimal x) {
        budget.charge((long) COST * digits.getPrecision() / 64);
        lostDigits |= x.signum() != 0 && x.abs().compareTo(tiny) < 0;
    }

    BigDecimal exp(BigDecimal x) {
        call(x);
        if (x.abs().compareTo(LARGEST_EXPONENT) > 0) {
            throw new Undecidable("an exponential beyond e^" + LARGEST_EXPONENT);
        }
        BigInteger twos = x.divide(constants.ln2(), digits)
                .setScale(0, RoundingMode.HALF_EVEN)
                .toBigInteger();
        BigDecimal rest = x.subtract(constants.ln2().multiply(new BigDecimal(twos)), digits);
        BigDecimal small = rest.divide(BigDecimal.valueOf(1L << HALVINGS), digits);
        BigDecimal result = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int k = 1; term.abs().compareTo(smallest) > 0; k++) {
            term = term.multiply(small, digits).divide(BigDecimal.valueOf(k), digits);
            result = result.add(term, digits);
        }
        for (int i = 0; i < HALVINGS; i++) {
            result = result.multiply(result, digits);
        }
        return result.multiply(TWO.pow(twos.intValue(), digits), digits);
    }

    /** @param x positive */
    BigDecimal ln(BigDecimal x) {
        call(x.subtract(BigDecimal.ONE, digits));
        int power = x.precision() - x.scale();
        BigDecimal mantissa = x.movePointLeft(power); // in [0.1,1)
        BigDecimal y = BigDecimal.valueOf(StrictMath.log(mantissa.doubleValue()));
        for (int correct = 15; correct < digits.getPrecision(); correct *= 3) {
            BigDecimal e = exp(y);
            BigDecimal step = mantissa.subtract(e, digits).divide(mantissa.add(e, digits), digits);
            y = y.add(step.multiply(TWO), digits);
        }
        return y.add(constants.ln10().multiply(BigDecimal.valueOf(power)), digits);
    }

    BigDecimal sin(BigDecimal x) {
        call(x);
        return quarter(x, 0);
    }

    BigDecimal cos(BigDecimal x) {
        call(x);
        return quarter(x, 1);
    }

    /** The sine of x and some right angles. */
    private BigDecimal quarter(BigDecimal x, int quarters) {
        if (x.abs().compareTo(LARGEST_ANGLE) > 0) {
            throw new Undecidable("an angle beyond " + LARGEST_ANGLE.toEngineeringString());
        }
        BigDecimal right = constants.pi().multiply(HALF);
        BigInteger turns =
                x.divide(right, digits).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
        BigDecimal rest = x.subtract(right.multiply(new BigDecimal(turns)), digits);
        int place = Math.floorMod(turns.mod(BigInteger.valueOf(4)).intValue() + quarters, 4);
        BigDecimal value = series(rest, place % 2);
        return place >= 2 ? value.negate() : value;
    }

    /** The series of the sine (0) or cosine (1). */
    private BigDecimal series(BigDecimal x, int cosine) {
        BigDecimal square = x.multiply(x, digits).negate();
        BigDecimal term = cosine == 1 ? BigDecimal.ONE : x;
        BigDecimal sum = term;
        for (int k = 2 - cosine; term.abs().compareTo(smallest) > 0; k += 2) {
            term = term.multiply(square, digits).divide(BigDecimal.valueOf((long) k * (k + 1)), digits);
            sum = sum.add(term, digits);
        }
        return sum;
    }

    BigDecimal arctan(BigDecimal x) {
        call(x);
        BigDecimal small = x;
        int doublings = 0;
        while (small.abs().compareTo(new BigDecimal("0.1")) > 0) {
            BigDecimal hypotenuse =
                    BigDecimal.ONE.add(small.multiply(small, digits)).sqrt(digits);
            small = small.divide(BigDecimal.ONE.add(hypotenuse), digits);
            doublings++;
        }
        BigDecimal square = small.multiply(small, digits).negate();
        BigDecimal power = small;
        BigDecimal sum = small;
        for (int k = 3; power.abs().compareTo(smallest) > 0; k += 2) {
            power = power.multiply(square, digits);
            sum = sum.add(power.divide(BigDecimal.valueOf(k), digits), digits);
        }
        return sum.multiply(TWO.pow(doublings), digits);
    }

    /** @param x in [-1,1] */
    BigDecimal arcsin(BigDecimal x) {
        BigDecimal rest = BigDecimal.ONE.subtract(x.multiply(x, digits), digits);
        if (rest.signum() == 0) {
            return constants.pi().multiply(HALF).multiply(BigDecimal.valueOf(x.signum()));
        }
        return arctan(x.divide(rest.sqrt(digits), digits));
    }

    /** The angle of a point other than the origin, in (-pi, pi]. */
    BigDecimal angle(BigDecimal x, BigDecimal y) {
        if (x.signum() == 0) {
            return constants.pi().multiply(HALF).multiply(BigDecimal.valueOf(y.signum()));
        }
        BigDecimal angle = arctan(y.divide(x, digits));
        if (x.signum() > 0) {
            return angle;
        }
        return y.signum() < 0 ? angle.subtract(constants.pi(), digits) : angle.add(constants.pi(), digits);
    }

    /** @param x not negative */
    BigDecimal sqrt(BigDecimal x) {
        budget.charge(COST);
        return x.signum() == 0 ? BigDecimal.ZERO : x.sqrt(digits);
    }
}
