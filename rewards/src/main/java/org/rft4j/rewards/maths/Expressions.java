package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Walks through trees. */
final class Expressions {
    private Expressions() {}

    /** A tree and all its parts. */
    static void visit(Expr expr, Consumer<Expr> visitor) {
        visitor.accept(expr);
        children(expr).forEach(child -> visit(child, visitor));
    }

    /** The number of parts. */
    static long size(Expr expr) {
        long[] count = new long[1];
        visit(expr, part -> count[0]++);
        return count[0];
    }

    static List<Expr> children(Expr expr) {
        List<Expr> children = new ArrayList<>();
        mapChildren(expr, child -> {
            children.add(child);
            return child;
        });
        return children;
    }

    /** The same node with each child replaced. */
    static Expr mapChildren(Expr expr, UnaryOperator<Expr> change) {
        if (expr instanceof Expr.Sum s) {
            return new Expr.Sum(all(s.terms(), change));
        }
        if (expr instanceof Expr.Product p) {
            return new Expr.Product(all(p.factors(), change));
        }
        if (expr instanceof Expr.Quotient q) {
            return new Expr.Quotient(change.apply(q.above()), change.apply(q.below()));
        }
        if (expr instanceof Expr.Power p) {
            return new Expr.Power(change.apply(p.base()), change.apply(p.exponent()));
        }
        if (expr instanceof Expr.Root r) {
            return new Expr.Root(change.apply(r.index()), change.apply(r.radicand()));
        }
        if (expr instanceof Expr.Call c) {
            return new Expr.Call(c.function(), all(c.arguments(), change));
        }
        if (expr instanceof Expr.BothSigns b) {
            return new Expr.BothSigns(change.apply(b.operand()), b.upperIsPlus());
        }
        return mapStructure(expr, change);
    }

    private static Expr mapStructure(Expr expr, UnaryOperator<Expr> change) {
        if (expr instanceof Expr.Bracketed b) {
            return new Expr.Bracketed(b.open(), all(b.items(), change), b.close());
        }
        if (expr instanceof Expr.SetOf s) {
            return new Expr.SetOf(all(s.items(), change));
        }
        if (expr instanceof Expr.Several s) {
            return new Expr.Several(all(s.items(), change));
        }
        if (expr instanceof Expr.Matrix m) {
            return new Expr.Matrix(
                    m.rows().stream().map(row -> all(row, change)).toList());
        }
        if (expr instanceof Expr.SetOperation o) {
            return new Expr.SetOperation(o.kind(), change.apply(o.left()), change.apply(o.right()));
        }
        if (expr instanceof Expr.Relation r) {
            return new Expr.Relation(all(r.sides(), change), r.operators());
        }
        if (expr instanceof Expr.Ratio r) {
            return new Expr.Ratio(all(r.parts(), change));
        }
        return expr;
    }

    private static List<Expr> all(List<Expr> items, UnaryOperator<Expr> change) {
        return items.stream().map(change).toList();
    }
}
