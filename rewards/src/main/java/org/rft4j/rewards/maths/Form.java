package org.rft4j.rewards.maths;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** A quotient of polynomials. */
record Form(Polynomial above, Polynomial below) {
    static final Form ZERO = of(Rational.ZERO);
    static final Form ONE = of(Rational.ONE);

    static Form of(Rational constant) {
        return new Form(Polynomial.of(constant), Polynomial.ONE);
    }

    static Form of(Atom atom) {
        return of(Polynomial.term(Rational.ONE, Monomial.of(atom, Rational.ONE)));
    }

    static Form of(Polynomial polynomial) {
        return new Form(polynomial, Polynomial.ONE);
    }

    boolean isZero() {
        return above.isZero();
    }

    /** The value if it is a rational number, or null. */
    @Nullable
    Rational constant() {
        Rational a = above.constant();
        Rational b = below.constant();
        return a == null || b == null ? null : a.over(b);
    }

    Form plus(Form other, Budget budget) {
        if (below.equals(other.below)) {
            return new Form(above.plus(other.above, budget), below);
        }
        Polynomial sum = above.times(other.below, budget).plus(other.above.times(below, budget), budget);
        return new Form(sum, below.times(other.below, budget));
    }

    Form minus(Form other, Budget budget) {
        return plus(new Form(other.above.times(Rational.of(-1), budget), other.below), budget);
    }

    Form times(Form other, Budget budget) {
        return new Form(above.times(other.above, budget), below.times(other.below, budget));
    }

    /** One over it. A denominator of one term becomes part of the numerator. */
    Form inverse(Budget budget) {
        if (isZero()) {
            throw new Undecidable("a division by zero");
        }
        if (!above.isSingle()) {
            return new Form(below, above);
        }
        Map.Entry<Monomial, Rational> only = above.first();
        Monomial.Reduced turned = only.getKey().power(Rational.of(-1)).reduced(budget);
        Rational factor = turned.factor().over(only.getValue());
        return new Form(below.times(Polynomial.term(factor, turned.monomial()), budget), Polynomial.ONE);
    }

    Form power(int exponent, Budget budget) {
        if (exponent < 0) {
            return inverse(budget).power(-exponent, budget);
        }
        return new Form(above.power(exponent, budget), below.power(exponent, budget));
    }

    /** Whether it is a polynomial of one term. */
    boolean isSingle() {
        return above.isSingle() && Rational.ONE.equals(below.constant());
    }

    /**
     * Whether a numerator that is not written as zero is a proof that the value is not zero: products of roots of primes are
     * linearly independent over the rationals, and so they stay with variables, with i, and with either pi or e.
     */
    boolean isIndependent() {
        Set<Atom.Kind> kinds = new HashSet<>();
        for (Atom atom : above.atoms()) {
            kinds.add(atom.kind());
        }
        boolean unknown = kinds.contains(Atom.Kind.OPAQUE)
                || kinds.contains(Atom.Kind.COMPOSITE)
                || kinds.contains(Atom.Kind.LOGARITHM);
        return !unknown && !(kinds.contains(Atom.Kind.PI) && kinds.contains(Atom.Kind.E));
    }

    /** A text that is the same for the same quotient. */
    String key() {
        return above.key() + "/" + below.key();
    }
}
