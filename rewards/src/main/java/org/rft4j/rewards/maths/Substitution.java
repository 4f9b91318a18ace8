package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.rewards.exact.Rational;

/** Puts values in the place of variables, and one sign in the place of both. */
final class Substitution {
    /** More places than this with signs of their own would give too many values. */
    private static final int MOST_SIGNS = 5;

    private Substitution() {}

    static Expr of(Expr expr, Map<String, Rational> point) {
        if (expr instanceof Expr.Sym s) {
            Rational value = point.get(s.name());
            return value == null ? expr : new Expr.Num(value);
        }
        return Expressions.mapChildren(expr, child -> of(child, point));
    }

    /** Every value of a formula with plus-minus signs; the formula itself where there are none. */
    static List<Expr> signs(Expr expr) {
        int[] counts = new int[2];
        Expressions.visit(expr, part -> {
            if (part instanceof Expr.BothSigns b) {
                counts[b.upperIsPlus() ? 0 : 1]++;
            }
        });
        int places = counts[0] + counts[1];
        if (places == 0) {
            return List.of(expr);
        }
        if (places > MOST_SIGNS) {
            throw new Undecidable("more than " + MOST_SIGNS + " signs of plus-minus");
        }
        // minus-plus goes with the plus-minus before it; without one, each place has a sign of its own
        boolean together = counts[1] > 0;
        List<Expr> values = new ArrayList<>();
        for (int bits = 0; bits < (together ? 2 : 1 << places); bits++) {
            values.add(signed(expr, together ? bits * ((1 << places) - 1) : bits, new int[1]));
        }
        return values;
    }

    private static Expr signed(Expr expr, int bits, int[] place) {
        if (expr instanceof Expr.BothSigns b) {
            boolean upper = (bits >> place[0]++ & 1) == 0;
            Expr operand = signed(b.operand(), bits, place);
            return upper == b.upperIsPlus() ? operand : Expr.negate(operand);
        }
        return Expressions.mapChildren(expr, child -> signed(child, bits, place));
    }
}
