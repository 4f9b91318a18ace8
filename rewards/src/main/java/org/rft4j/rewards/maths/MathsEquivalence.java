package org.rft4j.rewards.maths;

import java.util.List;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.units.Unit;

/**
 * Decides whether two answers to a maths question are the same, as LaTeX or plain text. A verdict depends on the two texts and
 * the options alone; it counts steps, not time. Threads may share it.
 *
 * <p>What is decided, and how, stands in {@code docs/rewards.md}.
 */
public final class MathsEquivalence {
    private final MathsOptions options;

    /**
     * Makes a judge.
     *
     * @param options how answers are compared
     */
    public MathsEquivalence(MathsOptions options) {
        this.options = options;
    }

    /** A verdict, and the steps it took. */
    record Measured(Verdict verdict, long steps) {}

    /**
     * Compares two answers. The order of the two does not matter.
     *
     * @param gold the expected answer
     * @param answer the other one
     * @return whether they are the same
     */
    public Verdict compare(String gold, String answer) {
        Verdict own = measure(gold, answer).verdict();
        return own.kind() == Verdict.Kind.UNDECIDED && options.symbolic() != null
                ? options.symbolic().compare(gold, answer)
                : own;
    }

    Measured measure(String gold, String answer) {
        Budget budget = new Budget(options.limits());
        try {
            return new Measured(decide(gold, answer, budget), budget.used());
        } catch (Undecidable e) {
            return new Measured(Verdict.undecided(e.reason()), budget.used());
        }
    }

    private Verdict decide(String gold, String answer, Budget budget) {
        int most = options.limits().characters();
        if (gold.length() > most || answer.length() > most) {
            return Verdict.undecided("an answer of more than " + most + " characters");
        }
        String a = LatexText.clean(gold);
        String b = LatexText.clean(answer);
        if (a.isEmpty() || b.isEmpty()) {
            return Verdict.different("an empty answer");
        }
        if (LatexText.bare(a).equals(LatexText.bare(b))) {
            return Verdict.equal("the same text");
        }
        List<Reading> left = AnswerReader.read(a, budget);
        List<Reading> right = AnswerReader.read(b, budget);
        if (left.isEmpty() || right.isEmpty()) {
            return LatexText.words(a).equals(LatexText.words(b))
                    ? Verdict.equal("the same words")
                    : Verdict.different("other words");
        }
        return readings(left, right, budget);
    }

    /** Equal if one pair of readings is; undecided if none is but one may be. */
    private Verdict readings(List<Reading> left, List<Reading> right, Budget budget) {
        Structures structures = new Structures(new Scalars(budget, options.tolerance()));
        Verdict result = Verdict.different("no common reading");
        boolean first = true;
        for (Reading a : left) {
            for (Reading b : right) {
                if (!belong(a, left, b, right)) {
                    continue;
                }
                Verdict verdict = compare(a, b, structures);
                if (verdict.isEqual()) {
                    return verdict;
                }
                boolean undecided = verdict.kind() == Verdict.Kind.UNDECIDED;
                result = first || undecided ? verdict : result;
                first = false;
            }
        }
        return result;
    }

    private static boolean belong(Reading a, List<Reading> left, Reading b, List<Reading> right) {
        boolean guessed = (a.kind() == Reading.Kind.GUESSED && b.label().isNone())
                || (b.kind() == Reading.Kind.GUESSED && a.label().isNone());
        boolean halfConverted =
                (a.kind() == Reading.Kind.CONVERTED && b.kind() != Reading.Kind.CONVERTED && labelled(right))
                        || (b.kind() == Reading.Kind.CONVERTED && a.kind() != Reading.Kind.CONVERTED && labelled(left));
        return !guessed && !halfConverted;
    }

    private static boolean labelled(List<Reading> readings) {
        return readings.stream()
                .anyMatch(r -> r.kind() == Reading.Kind.PLAIN && !r.label().isNone());
    }

    private static Verdict compare(Reading a, Reading b, Structures structures) {
        Unit left = a.label().unit();
        Unit right = b.label().unit();
        if (left == null || right == null) {
            return safely(structures, a.expr(), b.expr());
        }
        if (!left.isComparable(right)) {
            return Verdict.different("units of different kinds");
        }
        return safely(structures, scaled(a.expr(), left.factor()), scaled(b.expr(), right.factor()));
    }

    private static Verdict safely(Structures structures, Expr a, Expr b) {
        try {
            return structures.compare(a, b);
        } catch (Undecidable e) {
            return Verdict.undecided(e.reason());
        } catch (NotMaths e) {
            return Verdict.different("different kinds of answers");
        }
    }

    /** In base units. */
    private static Expr scaled(Expr expr, Rational factor) {
        if (factor.equals(Rational.ONE)) {
            return expr;
        }
        if (Structures.isScalar(expr)) {
            return new Expr.Product(List.of(new Expr.Num(factor), expr));
        }
        if (expr instanceof Expr.Relation r) {
            int last = r.sides().size() - 1;
            java.util.ArrayList<Expr> sides = new java.util.ArrayList<>(r.sides());
            sides.set(last, scaled(sides.get(last), factor));
            return new Expr.Relation(sides, r.operators());
        }
        return Expressions.mapChildren(expr, part -> scaled(part, factor));
    }
}
