package org.rft4j.rewards.maths;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;

/** Compares scalars: exactly where that is possible, else to all digits of two precisions, at points for the variables. */
final class Scalars {
    static final int PRECISION = 60;
    private static final int DOUBLE_PRECISION = 120;
    private static final int POINTS = 24;
    private static final int ENOUGH = 6;

    private final Budget budget;
    private final @Nullable Rational tolerance;

    /** @param tolerance relative to the larger one, for numbers; null for none */
    Scalars(Budget budget, @Nullable Rational tolerance) {
        this.budget = budget;
        this.tolerance = tolerance;
    }

    Budget budget() {
        return budget;
    }

    Verdict compare(Expr a, Expr b) {
        if (a.equals(b)) {
            return Verdict.equal("the same formula");
        }
        Verdict exact = exactly(a, b);
        if (exact.kind() == Verdict.Kind.DIFFERENT && tolerance != null) {
            Verdict near = near(a, b, tolerance);
            return near.isEqual() ? near : exact;
        }
        if (exact.kind() != Verdict.Kind.UNDECIDED) {
            return exact;
        }
        Verdict numeric = numerically(a, b);
        return numeric.kind() == Verdict.Kind.DIFFERENT
                        && tolerance != null
                        && near(a, b, tolerance).isEqual()
                ? Verdict.equal("within the tolerance")
                : numeric;
    }

    private Verdict exactly(Expr a, Expr b) {
        try {
            return budget.share(part -> {
                ExactForms forms = new ExactForms(part);
                Form difference = forms.of(a).minus(forms.of(b), part);
                if (difference.isZero()) {
                    return Verdict.equal("exact");
                }
                return difference.isIndependent() ? Verdict.different("exact") : Verdict.undecided("not rational");
            });
        } catch (Undecidable e) {
            return Verdict.undecided(e.reason());
        }
    }

    private Verdict near(Expr a, Expr b, Rational relative) {
        try {
            Complex x = new Numeric(PRECISION, false, Map.of(), budget).of(a);
            Complex y = new Numeric(PRECISION, false, Map.of(), budget).of(b);
            BigDecimal allowed = x.size().max(y.size()).multiply(relative.decimal(java.math.MathContext.DECIMAL128));
            boolean within = x.re().subtract(y.re()).abs().compareTo(allowed) <= 0
                    && x.im().subtract(y.im()).abs().compareTo(allowed) <= 0;
            return within ? Verdict.equal("within the tolerance") : Verdict.different("beyond the tolerance");
        } catch (Undecidable e) {
            return Verdict.undecided(e.reason());
        }
    }

    private Verdict numerically(Expr a, Expr b) {
        Variables variables = Variables.of(List.of(a, b));
        if (variables.names().contains(Names.INFINITY)) {
            return Verdict.undecided("infinity within a formula");
        }
        if (variables.names().isEmpty()) {
            Verdict first = at(a, b, Map.of(), PRECISION, false);
            return first.kind() == Verdict.Kind.DIFFERENT ? first : at(a, b, Map.of(), DOUBLE_PRECISION, false);
        }
        Verdict last = Verdict.undecided("no point where both have a value");
        int agreed = 0;
        for (int i = 0; i < POINTS && agreed < ENOUGH; i++) {
            Map<String, Rational> point = variables.point(i);
            Verdict here = at(a, b, point, PRECISION, !variables.complex());
            if (here.isEqual() && agreed == 0) {
                here = at(a, b, point, DOUBLE_PRECISION, !variables.complex());
            }
            if (here.kind() == Verdict.Kind.DIFFERENT) {
                return here;
            }
            agreed += here.isEqual() ? 1 : 0;
            last = here.isEqual() ? last : here;
        }
        return agreed >= ENOUGH ? Verdict.equal("at " + ENOUGH + " points") : last;
    }

    private Verdict at(Expr a, Expr b, Map<String, Rational> point, int precision, boolean realOnly) {
        try {
            Numeric left = new Numeric(precision, realOnly, point, budget);
            Numeric right = new Numeric(precision, realOnly, point, budget);
            Complex x = left.of(a);
            Complex y = right.of(b);
            BigDecimal scale = x.size()
                    .max(y.size())
                    .max(left.maths().cancelled())
                    .max(right.maths().cancelled());
            BigDecimal allowed = scale.movePointLeft(3 * precision / 4);
            BigDecimal apart =
                    x.re().subtract(y.re()).abs().max(x.im().subtract(y.im()).abs());
            if (apart.compareTo(allowed) > 0) {
                return Verdict.different("by " + PRECISION + " digits");
            }
            // at the higher precision, a term that was cut off may be the whole difference
            boolean lost = left.maths().lostDigits() || right.maths().lostDigits();
            return lost
                    ? Verdict.undecided("terms too far apart in size")
                    : Verdict.equal("to " + precision + " digits");
        } catch (Undecidable e) {
            return Verdict.undecided(e.reason());
        } catch (ComplexMath.NotReal e) {
            return Verdict.undecided("no point where both are real");
        }
    }

    /** The sign of a - b for real numbers without variables; {@link Undecidable} elsewhere. */
    int order(Expr a, Expr b) {
        int infinite = Integer.compare(infinity(a), infinity(b));
        if (infinite != 0 || infinity(a) != 0) {
            return infinite;
        }
        Verdict same = compare(a, b);
        if (same.kind() == Verdict.Kind.UNDECIDED) {
            throw new Undecidable(same.reason());
        }
        if (same.isEqual()) {
            return 0;
        }
        Numeric numeric = new Numeric(PRECISION, false, Map.of(), budget);
        Complex difference = numeric.of(Expr.minus(a, b));
        if (!difference.isReal()) {
            throw new Undecidable("an order of complex numbers");
        }
        return difference.re().signum();
    }

    /** 1, -1 or 0: whether it is infinity, minus infinity or something else. */
    static int infinity(Expr expr) {
        if (expr instanceof Expr.Sym s && s.name().equals(Names.INFINITY)) {
            return 1;
        }
        boolean negative = expr instanceof Expr.Product p
                && p.factors().size() == 2
                && p.factors().get(0).equals(Expr.number(-1))
                && infinity(p.factors().get(1)) == 1;
        return negative ? -1 : 0;
    }

    /** Whether a ratio of two formulas is the same number at all points; for equations. */
    boolean isConstantRatio(Expr a, Expr b) {
        Set<String> names = Variables.of(List.of(a)).names();
        Set<String> others = Variables.of(List.of(b)).names();
        if (!names.equals(others) || names.isEmpty()) {
            return false;
        }
        Variables variables = Variables.of(List.of(a, b));
        for (int i = 0; i < POINTS; i++) {
            Map<String, Rational> point = variables.point(i);
            try {
                Numeric numeric = new Numeric(PRECISION, true, point, budget);
                Expr above = Substitution.of(a, point);
                Expr below = Substitution.of(b, point);
                if (numeric.of(a).isZero() || numeric.of(b).isZero()) {
                    continue;
                }
                return compare(new Expr.Product(List.of(a, below)), new Expr.Product(List.of(b, above)))
                        .isEqual();
            } catch (ComplexMath.NotReal e) {
                continue;
            }
        }
        return false;
    }
}
