package org.rft4j.rewards.maths;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.rft4j.rewards.exact.Rational;

/** Arithmetic on complex numbers to a given number of digits; it remembers when digits that matter may have been lost. */
final class ComplexMath {
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigInteger LARGEST_EXPONENT = BigInteger.valueOf(1_000_000);
    /** Numbers beyond ten to this power are refused. */
    private static final int LARGEST_MAGNITUDE = 1_000_000;

    private final RealFunctions real;
    private final MathContext digits;
    private final Budget budget;
    private final boolean realOnly;
    private final int precision;
    private boolean lostDigits;
    private BigDecimal cancelled = BigDecimal.ZERO;

    /** Ends the evaluation at a point where a value is not real. */
    static final class NotReal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotReal() {
            super("not real", null, false, false);
        }
    }

    ComplexMath(int precision, boolean realOnly, Budget budget) {
        real = new RealFunctions(precision, budget);
        digits = real.digits();
        this.precision = precision;
        this.realOnly = realOnly;
        this.budget = budget;
    }

    RealFunctions real() {
        return real;
    }

    int precision() {
        return precision;
    }

    /** Whether something small was added to something large, and may have been cut off. */
    boolean lostDigits() {
        return lostDigits || real.lostDigits();
    }

    Complex plus(Complex a, Complex b) {
        budget.charge(1);
        return new Complex(plus(a.re(), b.re()), plus(a.im(), b.im()));
    }

    private BigDecimal plus(BigDecimal a, BigDecimal b) {
        if (a.signum() == 0 || b.signum() == 0) {
            return a.signum() == 0 ? b : a;
        }
        int gap = magnitude(a) - magnitude(b);
        lostDigits |= Math.abs(gap) > precision / 3;
        BigDecimal sum = a.add(b, digits);
        if (sum.signum() != 0 && magnitude(sum) < magnitude(a) - precision / 2) {
            cancelled = cancelled.max(a.abs());
        }
        return sum;
    }

    /** The size of what has cancelled out to almost nothing: a rest that is tiny beside it may be zero. */
    BigDecimal cancelled() {
        return cancelled;
    }

    private static int magnitude(BigDecimal x) {
        return x.precision() - x.scale();
    }

    Complex times(Complex a, Complex b) {
        budget.charge(2);
        if (a.isReal() && b.isReal()) {
            return Complex.of(checked(a.re().multiply(b.re(), digits)));
        }
        BigDecimal re = a.re().multiply(b.re(), digits).subtract(a.im().multiply(b.im(), digits), digits);
        BigDecimal im = a.re().multiply(b.im(), digits).add(a.im().multiply(b.re(), digits), digits);
        return new Complex(checked(re), checked(im));
    }

    private static BigDecimal checked(BigDecimal x) {
        if (x.signum() != 0 && Math.abs(magnitude(x)) > LARGEST_MAGNITUDE) {
            throw new Undecidable("a number beyond 10^" + LARGEST_MAGNITUDE);
        }
        return x;
    }

    Complex over(Complex a, Complex b) {
        budget.charge(4);
        if (b.isZero() || b.size().compareTo(BigDecimal.ONE.movePointLeft(precision / 2)) < 0) {
            throw new Undecidable("a division by what may be zero");
        }
        if (b.isReal()) {
            return new Complex(checked(a.re().divide(b.re(), digits)), a.im().divide(b.re(), digits));
        }
        BigDecimal square = b.re().multiply(b.re(), digits).add(b.im().multiply(b.im(), digits), digits);
        Complex product = times(a, new Complex(b.re(), b.im().negate()));
        return new Complex(product.re().divide(square, digits), product.im().divide(square, digits));
    }

    BigDecimal abs(Complex a) {
        return a.isReal()
                ? a.re().abs()
                : real.sqrt(a.re().multiply(a.re(), digits).add(a.im().multiply(a.im(), digits), digits));
    }

    Complex exp(Complex a) {
        BigDecimal size = real.exp(a.re());
        return a.isReal()
                ? Complex.of(size)
                : new Complex(size.multiply(real.cos(a.im()), digits), size.multiply(real.sin(a.im()), digits));
    }

    Complex ln(Complex a) {
        if (a.isZero()) {
            throw new Undecidable("the logarithm of zero");
        }
        if (a.isReal() && a.re().signum() > 0) {
            return Complex.of(real.ln(a.re()));
        }
        requireComplex();
        return new Complex(real.ln(abs(a)), real.angle(a.re(), a.im()));
    }

    Complex sqrt(Complex a) {
        if (a.isReal() && a.re().signum() >= 0) {
            return Complex.of(real.sqrt(a.re()));
        }
        requireComplex();
        if (a.isReal()) {
            return new Complex(BigDecimal.ZERO, real.sqrt(a.re().negate()));
        }
        BigDecimal size = abs(a);
        BigDecimal re =
                real.sqrt(size.add(a.re(), digits).multiply(HALF, digits).max(BigDecimal.ZERO));
        BigDecimal im =
                real.sqrt(size.subtract(a.re(), digits).multiply(HALF, digits).max(BigDecimal.ZERO));
        return new Complex(re, a.im().signum() < 0 ? im.negate() : im);
    }

    private void requireComplex() {
        if (realOnly) {
            throw new NotReal();
        }
    }

    /** A rational power; odd roots of negative numbers are negative. */
    Complex power(Complex base, Rational exponent) {
        if (exponent.isWhole()) {
            return whole(base, exponent.numerator());
        }
        if (base.isZero()) {
            if (exponent.signum() < 0) {
                throw new Undecidable("a division by zero");
            }
            return Complex.ZERO;
        }
        if (exponent.denominator().equals(BigInteger.TWO)) {
            return whole(sqrt(base), exponent.numerator());
        }
        BigDecimal times = exponent.decimal(digits);
        if (base.isReal() && base.re().signum() < 0 && exponent.denominator().testBit(0)) {
            BigDecimal root = real.exp(real.ln(base.re().negate()).multiply(times, digits));
            return Complex.of(exponent.numerator().testBit(0) ? root.negate() : root);
        }
        return power(base, Complex.of(times));
    }

    private Complex whole(Complex base, BigInteger exponent) {
        if (exponent.abs().compareTo(LARGEST_EXPONENT) > 0) {
            throw new Undecidable("an exponent beyond " + LARGEST_EXPONENT);
        }
        if (exponent.signum() < 0) {
            return over(Complex.ONE, whole(base, exponent.negate()));
        }
        Complex result = Complex.ONE;
        Complex square = base;
        for (int rest = exponent.intValue(); rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = times(result, square);
            }
            if (rest > 1) {
                square = times(square, square);
            }
        }
        return result;
    }

    /** The principal value. */
    Complex power(Complex base, Complex exponent) {
        if (base.isZero()) {
            throw new Undecidable("a power of zero");
        }
        return exp(times(ln(base), exponent));
    }
}
