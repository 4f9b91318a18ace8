package org.rft4j.rewards.maths;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rewards.exact.Rational;

/**
 * The variables of formulas, and points at which to try them.
 *
 * @param names in order
 * @param complex whether i occurs
 * @param whole whether a function of whole numbers occurs, so that points must be whole
 */
record Variables(Set<String> names, boolean complex, boolean whole) {
    private static final KeyedRandom RANDOM = KeyedRandom.ofSeed(20261124).derive("points of formulas");
    private static final int GRAIN = 1_000;
    /** Points are drawn from these ranges in turn: small ones show terms that large ones drown, negative ones show |x|. */
    private static final int[][] RANGES = {{0, 1}, {1, 4}, {-1, 0}, {-5, -1}, {4, 20}, {0, 3}};

    static Variables of(List<Expr> formulas) {
        Set<String> names = new TreeSet<>();
        boolean[] flags = new boolean[2];
        for (Expr formula : formulas) {
            Expressions.visit(formula, part -> {
                if (part instanceof Expr.Sym s
                        && !Set.of(Names.PI, Names.E, Names.I).contains(s.name())) {
                    names.add(s.name());
                }
                flags[0] |= part instanceof Expr.Sym s && s.name().equals(Names.I);
                flags[1] |= part instanceof Expr.Call c && isWhole(c.function());
            });
        }
        return new Variables(names, flags[0], flags[1]);
    }

    private static boolean isWhole(Function function) {
        return switch (function) {
            case FACTORIAL, DOUBLE_FACTORIAL, BINOMIAL, GCD, LCM -> true;
            default -> false;
        };
    }

    /** A value for each variable; always the same for the same index and names. */
    Map<String, Rational> point(int index) {
        Map<String, Rational> point = new HashMap<>();
        KeyedRandom random = RANDOM.derive(index);
        int place = 0;
        for (String name : names) {
            double uniform = random.uniform(place);
            if (whole) {
                point.put(name, Rational.of(2 + (long) (uniform * (8 + index)) + (names.size() == 1 ? index : 0)));
            } else {
                // the first variable walks through the ranges, the others are anywhere
                int range = place == 0 ? index : (int) (random.uniform(1_000L + place) * RANGES.length);
                int[] bounds = RANGES[range % RANGES.length];
                long steps = (long) (uniform * GRAIN) + 1;
                point.put(name, Rational.of(bounds[0]).plus(Rational.of(steps * (bounds[1] - bounds[0]), GRAIN + 7)));
            }
            place++;
        }
        return point;
    }
}
