package org.rft4j.rewards.arithmetic;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.rewards.exact.Rational;

/** Plays countdown by trying everything, for self-checks. */
final class CountdownSolver {
    /** Beyond this many numbers, trying everything takes too long. */
    static final int MOST = 5;

    private final Rational target;
    private final boolean allUsed;

    private CountdownSolver(Rational target, boolean allUsed) {
        this.target = target;
        this.allUsed = allUsed;
    }

    private record Term(Rational value, String text) {}

    /**
     * An expression that comes to the target, or nothing if there is none.
     *
     * @param numbers at most {@link #MOST}
     */
    static Optional<String> solve(List<BigInteger> numbers, BigInteger target, boolean allUsed) {
        List<Term> terms = numbers.stream()
                .map(n -> new Term(Rational.of(n), n.signum() < 0 ? "(" + n + ")" : n.toString()))
                .toList();
        return new CountdownSolver(Rational.of(target), allUsed).search(terms);
    }

    private Optional<String> search(List<Term> terms) {
        if (!allUsed || terms.size() == 1) {
            Optional<Term> hit =
                    terms.stream().filter(t -> t.value().equals(target)).findFirst();
            if (hit.isPresent()) {
                return hit.map(Term::text);
            }
        }
        for (int i = 0; i < terms.size(); i++) {
            for (int j = i + 1; j < terms.size(); j++) {
                List<Term> rest = new ArrayList<>(terms);
                Term b = rest.remove(j);
                Term a = rest.remove(i);
                for (Term joined : joined(a, b)) {
                    rest.add(joined);
                    Optional<String> found = search(rest);
                    if (found.isPresent()) {
                        return found;
                    }
                    rest.remove(rest.size() - 1);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Term> joined(Term a, Term b) {
        List<Term> terms = new ArrayList<>();
        terms.add(new Term(a.value().plus(b.value()), "(" + a.text() + " + " + b.text() + ")"));
        terms.add(new Term(a.value().minus(b.value()), "(" + a.text() + " - " + b.text() + ")"));
        terms.add(new Term(b.value().minus(a.value()), "(" + b.text() + " - " + a.text() + ")"));
        terms.add(new Term(a.value().times(b.value()), "(" + a.text() + " * " + b.text() + ")"));
        if (b.value().signum() != 0) {
            terms.add(new Term(a.value().over(b.value()), "(" + a.text() + " / " + b.text() + ")"));
        }
        if (a.value().signum() != 0) {
            terms.add(new Term(b.value().over(a.value()), "(" + b.text() + " / " + a.text() + ")"));
        }
        return terms;
    }
}
