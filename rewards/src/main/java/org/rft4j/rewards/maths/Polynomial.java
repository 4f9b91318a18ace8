package org.rft4j.rewards.maths;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** A sum of monomials with rational coefficients, none of them 0. Not changed once it is made. */
final class Polynomial {
    static final Polynomial ZERO = new Polynomial(Map.of());
    static final Polynomial ONE = of(Rational.ONE);

    private final Map<Monomial, Rational> terms;

    private Polynomial(Map<Monomial, Rational> terms) {
        this.terms = terms;
    }

    static Polynomial of(Rational constant) {
        return term(constant, Monomial.ONE);
    }

    static Polynomial term(Rational coefficient, Monomial monomial) {
        return new Polynomial(coefficient.signum() == 0 ? Map.of() : Map.of(monomial, coefficient));
    }

    Map<Monomial, Rational> terms() {
        return terms;
    }

    boolean isZero() {
        return terms.isEmpty();
    }

    boolean isSingle() {
        return terms.size() == 1;
    }

    /** The value if it is a rational number, or null. */
    @Nullable
    Rational constant() {
        if (terms.isEmpty()) {
            return Rational.ZERO;
        }
        return terms.size() == 1 ? terms.get(Monomial.ONE) : null;
    }

    Map.Entry<Monomial, Rational> first() {
        Iterator<Map.Entry<Monomial, Rational>> all = terms.entrySet().iterator();
        return all.next();
    }

    Polynomial plus(Polynomial other, Budget budget) {
        Map<Monomial, Rational> sum = new LinkedHashMap<>(terms);
        other.terms.forEach((monomial, coefficient) -> add(sum, monomial, coefficient, budget));
        return limited(sum, budget);
    }

    Polynomial times(Rational factor, Budget budget) {
        if (factor.signum() == 0) {
            return ZERO;
        }
        Map<Monomial, Rational> scaled = new LinkedHashMap<>();
        terms.forEach((monomial, coefficient) -> {
            budget.chargeProduct(coefficient, factor);
            scaled.put(monomial, coefficient.times(factor));
        });
        return new Polynomial(scaled);
    }

    Polynomial times(Polynomial other, Budget budget) {
        Map<Monomial, Rational> product = new LinkedHashMap<>();
        for (Map.Entry<Monomial, Rational> left : terms.entrySet()) {
            for (Map.Entry<Monomial, Rational> right : other.terms.entrySet()) {
                budget.chargeProduct(left.getValue(), right.getValue());
                Rational coefficient = left.getValue().times(right.getValue());
                Monomial.Reduced reduced = left.getKey().times(right.getKey()).reduced(budget);
                budget.chargeProduct(coefficient, reduced.factor());
                add(product, reduced.monomial(), coefficient.times(reduced.factor()), budget);
            }
            checkTerms(product, budget);
        }
        return new Polynomial(product);
    }

    /** @param exponent not negative */
    Polynomial power(int exponent, Budget budget) {
        Polynomial result = ONE;
        Polynomial square = this;
        for (int rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                result = result.times(square, budget);
            }
            if (rest > 1) {
                square = square.times(square, budget);
            }
        }
        return result;
    }

    /** Whether two are the same up to a rational factor other than 0; with its sign. */
    @Nullable
    Rational ratio(Polynomial other, Budget budget) {
        if (isZero() || other.isZero() || terms.size() != other.terms.size()) {
            return null;
        }
        Rational beside = other.terms.get(first().getKey());
        if (beside == null) {
            return null;
        }
        budget.chargeProduct(first().getValue(), beside);
        Rational factor = first().getValue().over(beside);
        Polynomial rest = plus(other.times(factor.negate(), budget), budget);
        return rest.isZero() ? factor : null;
    }

    /** Multiplied by the variables that stand in denominators, as both sides of an equation may be. */
    Polynomial cleared(Budget budget) {
        Map<Atom, Rational> lowest = new TreeMap<>();
        terms.keySet()
                .forEach(monomial -> monomial.exponents().forEach((atom, exponent) -> {
                    if (atom.kind() == Atom.Kind.NAME && exponent.signum() < 0) {
                        lowest.merge(atom, exponent, (a, b) -> a.compareTo(b) < 0 ? a : b);
                    }
                }));
        Polynomial cleared = this;
        for (Map.Entry<Atom, Rational> entry : lowest.entrySet()) {
            Monomial out = Monomial.of(entry.getKey(), entry.getValue().negate());
            cleared = cleared.times(term(Rational.ONE, out), budget);
        }
        return cleared;
    }

    Set<Atom> atoms() {
        return terms.keySet().stream()
                .flatMap(m -> m.exponents().keySet().stream())
                .collect(Collectors.toSet());
    }

    /** A text that is the same for the same polynomial. */
    String key() {
        List<String> parts = terms.entrySet().stream()
                .map(t -> t.getValue() + "*" + t.getKey().key())
                .sorted()
                .toList();
        return String.join("+", parts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Polynomial p && terms.equals(p.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    private static void add(Map<Monomial, Rational> sum, Monomial monomial, Rational coefficient, Budget budget) {
        Rational before = sum.get(monomial);
        if (before == null) {
            budget.charge(1);
            sum.put(monomial, coefficient);
            return;
        }
        budget.chargeProduct(before, coefficient);
        Rational after = before.plus(coefficient);
        if (after.signum() == 0) {
            sum.remove(monomial);
        } else {
            sum.put(monomial, after);
        }
    }

    private static Polynomial limited(Map<Monomial, Rational> terms, Budget budget) {
        checkTerms(terms, budget);
        return new Polynomial(terms);
    }

    private static void checkTerms(Map<Monomial, Rational> terms, Budget budget) {
        if (terms.size() > budget.limits().terms()) {
            throw new Undecidable("more than " + budget.limits().terms() + " terms");
        }
    }
}
