package org.rft4j.rewards.maths;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.rewards.exact.Rational;

/** A product of powers of atoms; exponents are fractions, none is 0. */
final class Monomial {
    static final Monomial ONE = new Monomial(new TreeMap<>());

    private final TreeMap<Atom, Rational> exponents;
    private final int hash;

    private Monomial(TreeMap<Atom, Rational> exponents) {
        this.exponents = exponents;
        hash = exponents.hashCode();
    }

    static Monomial of(Atom atom, Rational exponent) {
        TreeMap<Atom, Rational> one = new TreeMap<>();
        if (exponent.signum() != 0) {
            one.put(atom, exponent);
        }
        return new Monomial(one);
    }

    Map<Atom, Rational> exponents() {
        return exponents;
    }

    boolean isOne() {
        return exponents.isEmpty();
    }

    /** The product, before whole powers of primes and of i are taken out: see {@link Reduced}. */
    Monomial times(Monomial other) {
        TreeMap<Atom, Rational> sum = new TreeMap<>(exponents);
        other.exponents.forEach((atom, exponent) -> sum.merge(atom, exponent, Rational::plus));
        sum.values().removeIf(exponent -> exponent.signum() == 0);
        return new Monomial(sum);
    }

    Monomial power(Rational exponent) {
        TreeMap<Atom, Rational> raised = new TreeMap<>();
        if (exponent.signum() != 0) {
            exponents.forEach((atom, e) -> raised.put(atom, e.times(exponent)));
        }
        return new Monomial(raised);
    }

    /** A monomial whose primes have exponents in (0,1) and whose i has exponent 1, and the factor that went out. */
    record Reduced(Rational factor, Monomial monomial) {}

    Reduced reduced(Budget budget) {
        boolean clean = true;
        for (Map.Entry<Atom, Rational> entry : exponents.entrySet()) {
            clean &= isReduced(entry.getKey(), entry.getValue());
        }
        if (clean) {
            return new Reduced(Rational.ONE, this);
        }
        Rational factor = Rational.ONE;
        TreeMap<Atom, Rational> rest = new TreeMap<>();
        for (Map.Entry<Atom, Rational> entry : exponents.entrySet()) {
            Atom atom = entry.getKey();
            Rational exponent = entry.getValue();
            if (!isReduced(atom, exponent)) {
                BigInteger whole = exponent.floor();
                if (atom.kind() == Atom.Kind.I) {
                    int turns = whole.mod(BigInteger.valueOf(4)).intValue();
                    factor = turns >= 2 ? factor.negate() : factor;
                    exponent = Rational.of(turns % 2);
                } else {
                    Rational out = budget.power(Rational.of(new BigInteger(atom.key())), whole);
                    budget.chargeProduct(factor, out);
                    factor = factor.times(out);
                    exponent = exponent.minus(Rational.of(whole));
                }
            }
            if (exponent.signum() != 0) {
                rest.put(atom, exponent);
            }
        }
        return new Reduced(factor, new Monomial(rest));
    }

    private static boolean isReduced(Atom atom, Rational exponent) {
        return switch (atom.kind()) {
            case PRIME, COMPOSITE -> exponent.signum() > 0 && exponent.compareTo(Rational.ONE) < 0;
            case I -> exponent.equals(Rational.ONE);
            default -> true;
        };
    }

    String key() {
        StringBuilder key = new StringBuilder();
        exponents.forEach((atom, exponent) -> key.append(atom.kind().ordinal())
                .append(':')
                .append(atom.key())
                .append('^')
                .append(exponent)
                .append(' '));
        return key.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Monomial m && hash == m.hash && exponents.equals(m.exponents);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
