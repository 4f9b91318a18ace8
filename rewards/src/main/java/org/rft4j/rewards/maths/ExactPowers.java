package org.rft4j.rewards.maths;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** Roots and powers whose exponents are no whole numbers. */
final class ExactPowers {
    private static final int LARGEST_FACTOR = 2_000;
    private static final int CERTAINTY = 60;
    private static final Rational TWO = Rational.of(2);
    private static final Rational HALF = Rational.of(1, 2);

    private final Budget budget;

    ExactPowers(Budget budget) {
        this.budget = budget;
    }

    /** A whole power of one term: only exponents grow. */
    Form wholeOfTerm(Form base, Rational exponent) {
        Map.Entry<Monomial, Rational> term = base.above().first();
        Rational factor = budget.power(term.getValue(), exponent.numerator());
        return scaled(factor, term.getKey().power(exponent));
    }

    /** The real root where there is one: odd roots of negative numbers are negative. */
    Form fractional(Form base, Rational exponent) {
        if (base.isZero()) {
            if (exponent.signum() < 0) {
                throw new Undecidable("a division by zero");
            }
            return Form.ZERO;
        }
        Form result = base.isSingle() ? ofTerm(base, exponent) : null;
        if (result == null && exponent.equals(HALF)) {
            result = denested(base);
        }
        return result == null ? ExactForms.opaque("power " + exponent, List.of(base)) : result;
    }

    private @Nullable Form ofTerm(Form base, Rational exponent) {
        Map.Entry<Monomial, Rational> term = base.above().first();
        boolean oddRoot = exponent.denominator().testBit(0);
        boolean names = false;
        for (Map.Entry<Atom, Rational> part : term.getKey().exponents().entrySet()) {
            Atom atom = part.getKey();
            boolean odd = part.getValue().numerator().testBit(0);
            boolean ownSign = atom.isPositive() || oddRoot || (atom.kind() == Atom.Kind.NAME && odd);
            if (!ownSign || atom.kind() == Atom.Kind.I || atom.kind() == Atom.Kind.OPAQUE) {
                return null;
            }
            names |= atom.kind() == Atom.Kind.NAME;
        }
        Rational coefficient = term.getValue();
        Monomial monomial = term.getKey().power(exponent).times(primes(coefficient.abs(), exponent));
        if (coefficient.signum() > 0) {
            return scaled(Rational.ONE, monomial);
        }
        boolean oddPower = exponent.numerator().testBit(0);
        if (oddRoot) {
            return scaled(Rational.of(oddPower ? -1 : 1), monomial);
        }
        boolean square = exponent.denominator().equals(BigInteger.TWO);
        return square && !names
                ? scaled(Rational.ONE, monomial.times(Monomial.of(Atom.I, Rational.of(exponent.numerator()))))
                : null;
    }

    private Form scaled(Rational factor, Monomial monomial) {
        Monomial.Reduced reduced = monomial.reduced(budget);
        budget.chargeProduct(factor, reduced.factor());
        return Form.of(Polynomial.term(factor.times(reduced.factor()), reduced.monomial()));
    }

    /** A positive number to a power, as powers of its prime factors. */
    Monomial primes(Rational number, Rational exponent) {
        return primes(number.numerator(), exponent).times(primes(number.denominator(), exponent.negate()));
    }

    private Monomial primes(BigInteger number, Rational exponent) {
        Monomial product = Monomial.ONE;
        BigInteger rest = number;
        for (int factor = 2; factor <= LARGEST_FACTOR && rest.bitLength() > 1; factor += factor == 2 ? 1 : 2) {
            int count = 0;
            BigInteger divisor = BigInteger.valueOf(factor);
            if (divisor.multiply(divisor).compareTo(rest) > 0) {
                break;
            }
            for (BigInteger[] parts = rest.divideAndRemainder(divisor);
                    parts[1].signum() == 0;
                    parts = rest.divideAndRemainder(divisor)) {
                rest = parts[0];
                count++;
                budget.charge(1 + rest.bitLength() / 256);
            }
            budget.charge(rest.bitLength() / 64);
            Rational power = exponent.times(Rational.of(count));
            product = product.times(Monomial.of(new Atom(Atom.Kind.PRIME, divisor.toString()), power));
        }
        return rest.bitLength() > 1 ? product.times(large(rest, exponent)) : product;
    }

    /** What is left has no small factor: it may be a square, a prime, or something that we do not take apart. */
    private Monomial large(BigInteger rest, Rational exponent) {
        budget.charge(1 + (long) rest.bitLength() * rest.bitLength() / 64);
        BigInteger root = rest.sqrt();
        if (root.multiply(root).equals(rest)) {
            return large(root, exponent.times(TWO));
        }
        boolean small = rest.bitLength() < 22; // below the square of the largest divisor tried
        Atom.Kind kind = small || (rest.bitLength() <= 512 && rest.isProbablePrime(CERTAINTY))
                ? Atom.Kind.PRIME
                : Atom.Kind.COMPOSITE;
        return Monomial.of(new Atom(kind, rest.toString()), exponent);
    }

    /** The square root of a + b where b*b is rational and a*a - b*b is a square of a rational, as a sum of two roots. */
    private @Nullable Form denested(Form base) {
        if (!Polynomial.ONE.equals(base.below()) || base.above().terms().size() != 2) {
            return null;
        }
        Rational whole = base.above().terms().get(Monomial.ONE);
        if (whole == null || whole.signum() <= 0) {
            return null;
        }
        Polynomial other = base.above().plus(Polynomial.of(whole.negate()), budget);
        Rational square = other.times(other, budget).constant();
        if (square == null || square.signum() <= 0) {
            return null;
        }
        budget.chargeProduct(whole, whole);
        Rational root = rationalRoot(whole.times(whole).minus(square));
        if (root == null) {
            return null;
        }
        Form first = fractional(Form.of(whole.plus(root).over(TWO)), HALF);
        Form second = fractional(Form.of(whole.minus(root).over(TWO)), HALF);
        boolean plus = other.first().getValue().signum() > 0;
        return plus ? first.plus(second, budget) : first.minus(second, budget);
    }

    static @Nullable Rational rationalRoot(Rational number) {
        if (number.signum() < 0) {
            return null;
        }
        BigInteger above = number.numerator().sqrt();
        BigInteger below = number.denominator().sqrt();
        boolean exact = above.multiply(above).equals(number.numerator())
                && below.multiply(below).equals(number.denominator());
        return exact ? new Rational(above, below) : null;
    }

    /** A power whose exponent is no rational number. Sums in the exponent become products of powers. */
    Form exponential(Form base, Form exponent) {
        Rational number = base.constant();
        boolean natural = base.isSingle() && base.above().terms().containsKey(Monomial.of(Atom.E, Rational.ONE));
        boolean plain = (natural && Rational.ONE.equals(base.above().first().getValue()))
                || (number != null && number.signum() > 0);
        if (!plain || !Rational.ONE.equals(exponent.below().constant())) {
            return ExactForms.opaque("power", List.of(base, exponent));
        }
        Monomial bases = number == null ? Monomial.of(Atom.E, Rational.ONE) : primes(number, Rational.ONE);
        Form product = Form.ONE;
        for (Map.Entry<Monomial, Rational> term : exponent.above().terms().entrySet()) {
            for (Map.Entry<Atom, Rational> part : bases.exponents().entrySet()) {
                Rational times = part.getValue().times(term.getValue());
                product = product.times(raised(part.getKey(), term.getKey(), times), budget);
            }
        }
        return product;
    }

    private Form raised(Atom base, Monomial exponent, Rational times) {
        if (exponent.isOne()) {
            return scaled(Rational.ONE, Monomial.of(base, times));
        }
        Map.Entry<Atom, Rational> only =
                exponent.exponents().entrySet().iterator().next();
        boolean logarithm = exponent.exponents().size() == 1
                && only.getKey().kind() == Atom.Kind.LOGARITHM
                && only.getValue().equals(Rational.ONE);
        if (base.kind() == Atom.Kind.E && logarithm) {
            return scaled(
                    Rational.ONE,
                    Monomial.of(new Atom(Atom.Kind.PRIME, only.getKey().key()), times));
        }
        boolean namesOnly = exponent.exponents().keySet().stream().allMatch(atom -> atom.kind() == Atom.Kind.NAME);
        Atom.Kind kind = namesOnly && base.kind() != Atom.Kind.COMPOSITE ? Atom.Kind.EXPONENTIAL : Atom.Kind.OPAQUE;
        Atom atom = new Atom(kind, base.key() + " to " + exponent.key());
        return scaled(Rational.ONE, Monomial.of(atom, times));
    }
}
