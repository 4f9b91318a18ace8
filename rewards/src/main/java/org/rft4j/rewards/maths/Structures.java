package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares answers by their shape: lists, tuples, sets, matrices, relations, and scalars at the leaves. */
final class Structures {
    private static final int MOST_ITEMS = 64;

    private final Scalars scalars;
    private final Relations relations;
    private final RealSets realSets;

    Structures(Scalars scalars) {
        this.scalars = scalars;
        realSets = new RealSets(scalars);
        relations = new Relations(scalars, this, realSets);
    }

    Verdict compare(Expr first, Expr second) {
        scalars.budget().charge(1);
        Expr a = simplified(first);
        Expr b = simplified(second);
        if (a.equals(b)) {
            return Verdict.equal("the same structure");
        }
        if (relations.concern(a) || relations.concern(b)) {
            return relations.compare(a, b);
        }
        if (isRealSet(a) || isRealSet(b)) {
            return realSets.compare(a, b);
        }
        if (a instanceof Expr.Several
                || b instanceof Expr.Several
                || a instanceof Expr.SetOf
                || b instanceof Expr.SetOf) {
            return unordered(a, b);
        }
        if (a instanceof Expr.Ratio || b instanceof Expr.Ratio) {
            return ratio(a, b);
        }
        List<Expr> left = vector(a);
        List<Expr> right = vector(b);
        if (left != null && right != null && !(a instanceof Expr.Matrix && b instanceof Expr.Matrix)) {
            return tuple(a, left, b, right);
        }
        if (a instanceof Expr.Matrix m && b instanceof Expr.Matrix n) {
            return matrix(m, n);
        }
        boolean scalar = isScalar(a) && isScalar(b);
        return scalar ? scalars.compare(a, b) : Verdict.different("different kinds of answers");
    }

    /** One value for each sign, entries multiplied by what stands before a matrix, sets of one item as that item. */
    private static Expr simplified(Expr expr) {
        List<Expr> signs = expr instanceof Expr.Relation ? List.of(expr) : Substitution.signs(expr);
        Expr plain = signs.size() > 1 ? new Expr.SetOf(signs) : signs.get(0);
        if (plain instanceof Expr.SetOf s && s.items().size() == 1) {
            return s.items().get(0);
        }
        if (plain instanceof Expr.Sym s && s.name().equals(Names.EMPTY)) {
            return new Expr.SetOf(List.of());
        }
        return plain instanceof Expr.Product p ? multiplied(p) : plain;
    }

    private static Expr multiplied(Expr.Product product) {
        List<Expr> structures =
                product.factors().stream().filter(f -> !isScalar(f)).toList();
        if (structures.size() != 1) {
            return product;
        }
        List<Expr> factors = new ArrayList<>(product.factors());
        factors.remove(structures.get(0));
        boolean entries = structures.get(0) instanceof Expr.Matrix || structures.get(0) instanceof Expr.Bracketed;
        return entries ? Expressions.mapChildren(structures.get(0), entry -> times(factors, entry)) : product;
    }

    private static Expr times(List<Expr> factors, Expr entry) {
        List<Expr> all = new ArrayList<>(factors);
        all.add(entry);
        return new Expr.Product(all);
    }

    static boolean isScalar(Expr expr) {
        return !(expr instanceof Expr.Bracketed
                || expr instanceof Expr.SetOf
                || expr instanceof Expr.Several
                || expr instanceof Expr.Matrix
                || expr instanceof Expr.SetOperation
                || expr instanceof Expr.Relation
                || expr instanceof Expr.Ratio);
    }

    /** Whether it can only be a set of real numbers. */
    private static boolean isRealSet(Expr expr) {
        return expr instanceof Expr.SetOperation
                || (expr instanceof Expr.Sym s && s.name().equals(Names.REALS));
    }

    private Verdict unordered(Expr a, Expr b) {
        List<Expr> left = items(a);
        List<Expr> right = items(b);
        if (left.size() > MOST_ITEMS || right.size() > MOST_ITEMS) {
            return Verdict.undecided("more than " + MOST_ITEMS + " items");
        }
        if (a instanceof Expr.SetOf || b instanceof Expr.SetOf) {
            left = distinct(left);
            right = distinct(right);
        }
        return matched(left, right);
    }

    private static List<Expr> items(Expr expr) {
        List<Expr> items =
                expr instanceof Expr.SetOf s ? s.items() : expr instanceof Expr.Several v ? v.items() : List.of(expr);
        List<Expr> all = new ArrayList<>();
        for (Expr item : items) {
            all.addAll(item instanceof Expr.Relation ? List.of(item) : Substitution.signs(item));
        }
        return all;
    }

    private List<Expr> distinct(List<Expr> items) {
        List<Expr> kept = new ArrayList<>();
        for (Expr item : items) {
            if (kept.stream().noneMatch(other -> compare(item, other).isEqual())) {
                kept.add(item);
            }
        }
        return kept;
    }

    /** Whether each item has its own partner on the other side. */
    Verdict matched(List<Expr> left, List<Expr> right) {
        if (left.size() != right.size()) {
            return Verdict.different("lists of " + left.size() + " and " + right.size() + " items");
        }
        List<Expr> open = new ArrayList<>(right);
        Verdict undecided = null;
        for (Expr item : left) {
            boolean found = false;
            for (Expr candidate : open) {
                Verdict verdict = compare(item, candidate);
                if (verdict.isEqual()) {
                    open.remove(candidate);
                    found = true;
                    break;
                }
                undecided = verdict.kind() == Verdict.Kind.UNDECIDED ? verdict : undecided;
            }
            if (!found) {
                return undecided == null ? Verdict.different("an item has no partner") : undecided;
            }
        }
        return Verdict.equal("each item");
    }

    Verdict inOrder(List<Expr> left, List<Expr> right) {
        if (left.size() != right.size()) {
            return Verdict.different("lists of " + left.size() + " and " + right.size() + " items");
        }
        List<Verdict> parts = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            Verdict part = compare(left.get(i), right.get(i));
            if (part.kind() == Verdict.Kind.DIFFERENT) {
                return part;
            }
            parts.add(part);
        }
        return Verdict.all(parts);
    }

    private Verdict tuple(Expr a, List<Expr> left, Expr b, List<Expr> right) {
        boolean interval = left.size() == 2 && a instanceof Expr.Bracketed && b instanceof Expr.Bracketed;
        if (interval && !brackets(a).equals(brackets(b))) {
            return Verdict.different("different brackets");
        }
        return inOrder(left, right);
    }

    private static String brackets(Expr expr) {
        return expr instanceof Expr.Bracketed b ? "" + b.open() + b.close() : "";
    }

    /** The entries of a tuple, or of a matrix with one row or column; null for others. */
    static @Nullable List<Expr> vector(Expr expr) {
        if (expr instanceof Expr.Bracketed b) {
            return b.items();
        }
        if (expr instanceof Expr.Matrix m) {
            if (m.rows().size() == 1) {
                return m.rows().get(0);
            }
            boolean column = m.rows().get(0).size() == 1;
            return column ? m.rows().stream().map(row -> row.get(0)).toList() : null;
        }
        return null;
    }

    private Verdict matrix(Expr.Matrix a, Expr.Matrix b) {
        if (a.rows().size() != b.rows().size()
                || a.rows().get(0).size() != b.rows().get(0).size()) {
            return Verdict.different("matrices of different sizes");
        }
        List<Verdict> rows = new ArrayList<>();
        for (int i = 0; i < a.rows().size(); i++) {
            rows.add(inOrder(a.rows().get(i), b.rows().get(i)));
        }
        return Verdict.all(rows);
    }

    private Verdict ratio(Expr a, Expr b) {
        List<Expr> left = parts(a);
        List<Expr> right = parts(b);
        if (left.size() != right.size() || !left.stream().allMatch(Structures::isScalar)) {
            return Verdict.different("proportions of different length");
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 1; i < left.size(); i++) {
            verdicts.add(scalars.compare(
                    new Expr.Product(List.of(left.get(0), right.get(i))),
                    new Expr.Product(List.of(left.get(i), right.get(0)))));
        }
        return Verdict.all(verdicts);
    }

    private static List<Expr> parts(Expr expr) {
        if (expr instanceof Expr.Ratio r) {
            return r.parts();
        }
        return List.of(expr, Expr.number(1));
    }
}
