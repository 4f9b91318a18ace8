package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.maths.Expr.Relation;
import org.rft4j.rewards.maths.Expr.Relation.Operator;

/** Compares answers of which one at least is an equation, an inequality, or a list of them. */
final class Relations {
    private final Scalars scalars;
    private final Structures structures;
    private final RealSets realSets;

    Relations(Scalars scalars, Structures structures, RealSets realSets) {
        this.scalars = scalars;
        this.structures = structures;
        this.realSets = realSets;
    }

    boolean concern(Expr expr) {
        return expr instanceof Relation
                || (expr instanceof Expr.Several s && s.items().stream().anyMatch(Relation.class::isInstance));
    }

    Verdict compare(Expr a, Expr b) {
        if (isOrdering(a) || isOrdering(b)) {
            return orderings(a, b);
        }
        if (isEquation(a) && isEquation(b)) {
            return equations((Relation) a, (Relation) b);
        }
        Labelled left = labelled(a);
        Labelled right = labelled(b);
        if (left == null || right == null) {
            return Verdict.different("an equation beside another kind of answer");
        }
        if (left.consistent().kind() != Verdict.Kind.EQUAL) {
            return left.consistent();
        }
        if (right.consistent().kind() != Verdict.Kind.EQUAL) {
            return right.consistent();
        }
        if (!sameName(left.name(), right.name())) {
            return Verdict.different("values of different names");
        }
        boolean again = concern(left.value()) && concern(right.value());
        return again ? lists(left.value(), right.value()) : mixed(left.value(), right.value());
    }

    private Verdict mixed(Expr left, Expr right) {
        if (!concern(left) && !concern(right)) {
            return structures.compare(left, right);
        }
        // x=1, y=2 beside (1,2)
        Expr list = concern(left) ? left : right;
        List<Expr> other = Structures.vector(concern(left) ? right : left);
        List<Expr> values = list instanceof Expr.Several s ? byName(s) : null;
        return other == null || values == null
                ? Verdict.different("equations beside another kind of answer")
                : structures.inOrder(values, other);
    }

    private @Nullable List<Expr> byName(Expr.Several list) {
        List<Labelled> values = new ArrayList<>();
        for (Expr item : list.items()) {
            Labelled one = labelled(item);
            if (one == null || one.name() == null || !one.consistent().isEqual()) {
                return null;
            }
            values.add(one);
        }
        long names =
                values.stream().map(v -> String.valueOf(v.name())).distinct().count();
        values.sort(Comparator.comparing(v -> String.valueOf(v.name())));
        return names == values.size() ? values.stream().map(Labelled::value).toList() : null;
    }

    private Verdict lists(Expr left, Expr right) {
        List<Expr> a = left instanceof Expr.Several s ? s.items() : List.of(left);
        List<Expr> b = right instanceof Expr.Several s ? s.items() : List.of(right);
        return structures.matched(a, b);
    }

    /** A value, the name it was given, and whether all that was said of it agrees. */
    private record Labelled(@Nullable Expr name, Expr value, Verdict consistent) {}

    /** What remains of "x = 5", "x = 1 or x = 2" and "2 + 3 = 5" once the names are gone; null if it is no such thing. */
    private @Nullable Labelled labelled(Expr expr) {
        if (expr instanceof Relation r && isEquation(r)) {
            return chain(r);
        }
        if (expr instanceof Expr.Several s) {
            return several(s);
        }
        return expr instanceof Relation ? null : new Labelled(null, expr, Verdict.equal("one value"));
    }

    private @Nullable Labelled chain(Relation chain) {
        List<Expr> values = new ArrayList<>(chain.sides());
        Expr name = null;
        if (isName(values.get(0))) {
            name = values.remove(0);
        } else if (isName(values.get(values.size() - 1))) {
            name = values.remove(values.size() - 1);
        } else if (!Variables.of(values).names().isEmpty()) {
            return null;
        }
        List<Verdict> same = new ArrayList<>();
        for (int i = 1; i < values.size(); i++) {
            same.add(structures.compare(values.get(0), values.get(i)));
        }
        return new Labelled(name, values.get(values.size() - 1), Verdict.all(same));
    }

    /** The values of one name; several names stay equations. */
    private @Nullable Labelled several(Expr.Several list) {
        List<Expr> values = new ArrayList<>();
        List<Verdict> consistent = new ArrayList<>();
        Expr name = null;
        boolean sameName = true;
        for (Expr item : list.items()) {
            Labelled one = labelled(item);
            if (one == null) {
                return new Labelled(null, list, Verdict.equal("equations"));
            }
            sameName &= name == null || one.name() == null || name.equals(one.name());
            name = name == null ? one.name() : name;
            values.add(one.value());
            consistent.add(one.consistent());
        }
        return sameName
                ? new Labelled(name, new Expr.Several(values), Verdict.all(consistent))
                : new Labelled(null, list, Verdict.all(consistent));
    }

    /** Something that gets a value: letters, sums and products of them, but no numbers. */
    private static boolean isName(Expr expr) {
        boolean[] plain = {true};
        boolean[] letters = {false};
        Expressions.visit(expr, part -> {
            boolean constant = part instanceof Expr.Sym s
                    && Set.of(Names.PI, Names.E, Names.I, Names.INFINITY).contains(s.name());
            boolean inverse = part instanceof Expr.Num n && n.value().equals(Rational.of(-1));
            letters[0] |= part instanceof Expr.Sym && !constant;
            plain[0] &= inverse
                    || (part instanceof Expr.Sym && !constant)
                    || part instanceof Expr.Sum
                    || part instanceof Expr.Product
                    || part instanceof Expr.Power
                    || (part instanceof Expr.Call c && c.function() == Function.ABS)
                    || part instanceof Expr.Bracketed;
        });
        return plain[0] && letters[0];
    }

    private Verdict equations(Relation a, Relation b) {
        Labelled left = chain(a);
        Labelled right = chain(b);
        if (left != null && right != null) {
            if (sameName(left.name(), right.name())) {
                Verdict all = Verdict.all(List.of(left.consistent(), right.consistent()));
                return all.isEqual() ? structures.compare(left.value(), right.value()) : all;
            }
        }
        if (a.sides().size() != 2 || b.sides().size() != 2 || !scalar(a) || !scalar(b)) {
            return Verdict.different("different equations");
        }
        Verdict multiple = proportional(difference(a), difference(b), false);
        boolean named = left != null && right != null && multiple.kind() == Verdict.Kind.DIFFERENT;
        return named ? Verdict.different("values of different names") : multiple;
    }

    /** "y = ..." and "f(x) = ..." name the same thing. */
    private static boolean sameName(@Nullable Expr a, @Nullable Expr b) {
        boolean same = a == null || b == null || a.equals(b);
        return same || (isValue(a) && isFunction(b)) || (isFunction(a) && isValue(b));
    }

    private static boolean isValue(@Nullable Expr name) {
        return new Expr.Sym("y").equals(name);
    }

    private static boolean isFunction(@Nullable Expr name) {
        return name instanceof Expr.Sym s && s.name().endsWith("(x)");
    }

    private static boolean scalar(Relation relation) {
        return relation.sides().stream().allMatch(Structures::isScalar);
    }

    private static Expr difference(Relation relation) {
        return Expr.minus(relation.sides().get(0), relation.sides().get(1));
    }

    /** Whether one is a multiple of the other; {@code positive} if the factor must be. */
    private Verdict proportional(Expr a, Expr b, boolean positive) {
        try {
            Verdict exact = scalars.budget().share(part -> {
                ExactForms forms = new ExactForms(part);
                Form left = forms.of(a);
                Form right = forms.of(b);
                Rational ratio = positive
                        ? left.above().ratio(right.above(), part)
                        : left.above().cleared(part).ratio(right.above().cleared(part), part);
                boolean polynomials = left.below().equals(right.below());
                if (ratio != null && (!positive || (polynomials && ratio.signum() > 0))) {
                    return Verdict.equal("a multiple");
                }
                boolean known = left.isIndependent() && right.isIndependent() && polynomials;
                return known && ratio == null && rationalOnly(left) && rationalOnly(right)
                        ? Verdict.different("not a multiple")
                        : Verdict.undecided("not rational");
            });
            if (exact.kind() != Verdict.Kind.UNDECIDED) {
                return exact;
            }
        } catch (Undecidable e) {
            // then at points
        }
        if (positive) {
            return Verdict.different("different inequalities");
        }
        return scalars.isConstantRatio(a, b)
                ? Verdict.equal("a multiple at points")
                : Verdict.different("different equations");
    }

    private static boolean rationalOnly(Form form) {
        return form.above().atoms().stream().allMatch(atom -> atom.kind() == Atom.Kind.NAME);
    }

    private static boolean isEquation(Expr expr) {
        return expr instanceof Relation r && r.operators().stream().allMatch(Operator.EQUAL::equals);
    }

    private static boolean isOrdering(Expr expr) {
        return (expr instanceof Relation r && !isEquation(r))
                || (expr instanceof Expr.Several s && s.items().stream().anyMatch(Relations::isOrdering));
    }

    private Verdict orderings(Expr a, Expr b) {
        try {
            return realSets.compare(a, b);
        } catch (NotMaths e) {
            if (a instanceof Relation r
                    && b instanceof Relation s
                    && r.sides().size() == 2
                    && s.sides().size() == 2) {
                return inequalities(r, s);
            }
            boolean lists = a instanceof Expr.Several && b instanceof Expr.Several;
            return lists ? lists(a, b) : Verdict.different("an inequality beside another kind of answer");
        }
    }

    /** Inequalities of several variables: the same direction, and one a positive multiple of the other. */
    private Verdict inequalities(Relation a, Relation b) {
        Operator left = a.operators().get(0);
        Operator right = b.operators().get(0);
        boolean turned = flipped(left) == right && left != right;
        if (!scalar(a) || !scalar(b) || (left != right && !turned)) {
            return Verdict.different("different inequalities");
        }
        Expr other = turned ? Expr.minus(b.sides().get(1), b.sides().get(0)) : difference(b);
        return proportional(difference(a), other, left != Operator.NOT_EQUAL);
    }

    static Operator flipped(Operator operator) {
        return switch (operator) {
            case LESS -> Operator.GREATER;
            case LESS_OR_EQUAL -> Operator.GREATER_OR_EQUAL;
            case GREATER -> Operator.LESS;
            case GREATER_OR_EQUAL -> Operator.LESS_OR_EQUAL;
            default -> operator;
        };
    }
}
