package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.maths.Expr.Relation;

/** Compares sets of real numbers: intervals, points, unions, complements, and what inequalities describe. */
final class RealSets {
    private static final int MOST_ENDS = 40;
    private static final Expr INFINITY = new Expr.Sym(Names.INFINITY);

    private final Scalars scalars;

    RealSets(Scalars scalars) {
        this.scalars = scalars;
    }

    /** {@link NotMaths} if one of the two is no set of real numbers. */
    Verdict compare(Expr a, Expr b) {
        List<Expr> ends = new ArrayList<>();
        RealSet left = set(a, ends);
        RealSet right = set(b, ends);
        String name = variable(a);
        String other = variable(b);
        if (name != null && other != null && !name.equals(other)) {
            return Verdict.different("sets of different variables");
        }
        if (ends.size() > MOST_ENDS) {
            return Verdict.undecided("more than " + MOST_ENDS + " ends of intervals");
        }
        Line line = line(ends);
        for (int place = 0; place < line.length(); place++) {
            if (left.contains(place, line) != right.contains(place, line)) {
                return Verdict.different("sets that differ at a place");
            }
        }
        return Verdict.equal("the same set");
    }

    /** Ends of intervals in order, and the place of each in it; ends of the same value share one. */
    private record Line(int length, Map<Expr, Integer> places) {}

    private Line line(List<Expr> ends) {
        List<List<Expr>> order = new ArrayList<>();
        for (Expr end : new LinkedHashSet<>(ends)) {
            int at = 0;
            int compared = 1;
            while (at < order.size()) {
                compared = scalars.order(end, order.get(at).get(0));
                if (compared <= 0) {
                    break;
                }
                at++;
            }
            if (at == order.size() || compared != 0) {
                order.add(at, new ArrayList<>());
            }
            order.get(at).add(end);
        }
        Map<Expr, Integer> places = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            for (Expr end : order.get(i)) {
                places.put(end, 2 * i + 1);
            }
        }
        return new Line(2 * order.size() + 1, places);
    }

    /** A set, asked place by place: place 2i+1 is the i-th end on the line, the even ones are the gaps between them. */
    private sealed interface RealSet {
        boolean contains(int place, Line line);
    }

    private record Interval(Expr from, boolean withFrom, Expr to, boolean withTo) implements RealSet {
        @Override
        public boolean contains(int place, Line line) {
            int start = at(from, line);
            int end = at(to, line);
            if (place == start && place == end) {
                return withFrom && withTo;
            }
            return (place > start && place < end)
                    || (place == start && withFrom && place < end)
                    || (place == end && withTo && place > start);
        }

        private static int at(Expr end, Line line) {
            Integer place = line.places().get(end);
            if (place == null) {
                throw new IllegalStateException("an end of an interval was not sorted");
            }
            return place;
        }
    }

    private record Combined(Expr.SetOperation.Kind kind, RealSet left, RealSet right) implements RealSet {
        @Override
        public boolean contains(int place, Line line) {
            boolean inLeft = left.contains(place, line);
            boolean inRight = right.contains(place, line);
            return switch (kind) {
                case UNION -> inLeft || inRight;
                case INTERSECTION -> inLeft && inRight;
                case DIFFERENCE -> inLeft && !inRight;
            };
        }
    }

    private record Nothing() implements RealSet {
        @Override
        public boolean contains(int place, Line line) {
            return false;
        }
    }

    private RealSet set(Expr expr, List<Expr> ends) {
        if (expr instanceof Expr.Bracketed b && b.items().size() == 2) {
            return interval(b.items().get(0), b.open() == '[', b.items().get(1), b.close() == ']', ends);
        }
        if (expr instanceof Expr.SetOf s) {
            return union(s.items(), ends);
        }
        if (expr instanceof Expr.SetOperation o) {
            return new Combined(o.kind(), set(o.left(), ends), set(o.right(), ends));
        }
        if (expr instanceof Expr.Sym s && s.name().equals(Names.REALS)) {
            return everything(ends);
        }
        if (expr instanceof Expr.Sym s && s.name().equals(Names.EMPTY)) {
            return new Nothing();
        }
        if (expr instanceof Relation r) {
            return relation(r, ends);
        }
        if (expr instanceof Expr.Several s) {
            return conditions(s, ends);
        }
        if (Structures.isScalar(expr)) {
            return point(expr, ends);
        }
        throw new NotMaths("no set of real numbers");
    }

    /** "x > 1 and x < 3" holds both, "x < 1 or x > 3" either; the joint is not kept, so an empty meeting means either. */
    private RealSet conditions(Expr.Several several, List<Expr> ends) {
        boolean allOrdered = several.items().stream()
                .allMatch(item -> item instanceof Relation r
                        && !r.operators().contains(Relation.Operator.EQUAL)
                        && !r.operators().contains(Relation.Operator.ELEMENT));
        if (!allOrdered) {
            return union(several.items(), ends);
        }
        RealSet all = everything(ends);
        for (Expr item : several.items()) {
            all = new Combined(Expr.SetOperation.Kind.INTERSECTION, all, set(item, ends));
        }
        Line line = line(ends);
        for (int place = 0; place < line.length(); place++) {
            if (all.contains(place, line)) {
                return all;
            }
        }
        return union(several.items(), ends);
    }

    private RealSet union(List<Expr> items, List<Expr> ends) {
        RealSet all = new Nothing();
        for (Expr item : items) {
            all = new Combined(Expr.SetOperation.Kind.UNION, all, set(item, ends));
        }
        return all;
    }

    private static RealSet interval(Expr from, boolean withFrom, Expr to, boolean withTo, List<Expr> ends) {
        for (Expr end : List.of(from, to)) {
            if (!Structures.isScalar(end) || (Scalars.infinity(end) == 0 && !isConstant(end))) {
                throw new NotMaths("no set of real numbers");
            }
            ends.add(end);
        }
        return new Interval(from, withFrom, to, withTo);
    }

    private static boolean isConstant(Expr expr) {
        return Variables.of(List.of(expr)).names().isEmpty();
    }

    private static RealSet everything(List<Expr> ends) {
        return interval(Expr.negate(INFINITY), false, INFINITY, false, ends);
    }

    private static RealSet point(Expr at, List<Expr> ends) {
        return interval(at, true, at, true, ends);
    }

    private RealSet relation(Relation relation, List<Expr> ends) {
        String name = variable(relation);
        if (name == null) {
            throw new NotMaths("no condition on one variable");
        }
        RealSet all = everything(ends);
        for (int i = 0; i < relation.operators().size(); i++) {
            RealSet one = pair(
                    relation.sides().get(i),
                    relation.operators().get(i),
                    relation.sides().get(i + 1),
                    new Expr.Sym(name),
                    ends);
            all = new Combined(Expr.SetOperation.Kind.INTERSECTION, all, one);
        }
        return all;
    }

    private RealSet pair(Expr left, Relation.Operator operator, Expr right, Expr.Sym name, List<Expr> ends) {
        if (operator == Relation.Operator.ELEMENT) {
            if (!left.equals(name)) {
                throw new NotMaths("an element that is no variable");
            }
            return set(right, ends);
        }
        if (!Structures.isScalar(left) || !Structures.isScalar(right)) {
            throw new NotMaths("a relation of structures");
        }
        Expr inside = absolute(left);
        if (inside != null && isConstant(right)) {
            RealSet below = pair(inside, operator, right, name, ends);
            RealSet above = pair(Expr.negate(right), operator, inside, name, ends);
            boolean less = operator == Relation.Operator.LESS || operator == Relation.Operator.LESS_OR_EQUAL;
            RealSet mirrored = less ? above : pair(inside, Relations.flipped(operator), Expr.negate(right), name, ends);
            boolean both = less || operator == Relation.Operator.NOT_EQUAL;
            Expr.SetOperation.Kind kind = both ? Expr.SetOperation.Kind.INTERSECTION : Expr.SetOperation.Kind.UNION;
            return new Combined(kind, below, mirrored);
        }
        return linear(Expr.minus(left, right), operator, name, ends);
    }

    private static @Nullable Expr absolute(Expr expr) {
        return expr instanceof Expr.Call c && c.function() == Function.ABS
                ? c.arguments().get(0)
                : null;
    }

    /** What a * x + b, compared with 0, says of x. */
    private RealSet linear(Expr difference, Relation.Operator operator, Expr.Sym name, List<Expr> ends) {
        Expr atZero = Substitution.of(difference, Map.of(name.name(), Rational.ZERO));
        Expr atOne = Substitution.of(difference, Map.of(name.name(), Rational.ONE));
        Expr slope = Expr.minus(atOne, atZero);
        Expr straight = new Expr.Sum(List.of(atZero, new Expr.Product(List.of(slope, name))));
        int direction = Scalars.infinity(atZero) != 0 ? 0 : scalars.order(slope, Expr.number(0));
        if (direction == 0 || !scalars.compare(difference, straight).isEqual()) {
            throw new Undecidable("an inequality that is not linear");
        }
        Expr end = new Expr.Quotient(Expr.negate(atZero), slope);
        Relation.Operator turned = direction > 0 ? operator : Relations.flipped(operator);
        return switch (turned) {
            case LESS -> interval(Expr.negate(INFINITY), false, end, false, ends);
            case LESS_OR_EQUAL -> interval(Expr.negate(INFINITY), false, end, true, ends);
            case GREATER -> interval(end, false, INFINITY, false, ends);
            case GREATER_OR_EQUAL -> interval(end, true, INFINITY, false, ends);
            case EQUAL -> point(end, ends);
            default -> new Combined(Expr.SetOperation.Kind.DIFFERENCE, everything(ends), point(end, ends));
        };
    }

    /** The only variable of relations, or null. */
    private static @Nullable String variable(Expr expr) {
        Set<String> names = new TreeSet<>();
        Expressions.visit(expr, part -> {
            if (part instanceof Relation r) {
                names.addAll(Variables.of(r.sides()).names());
            }
        });
        names.removeIf(name -> name.equals(Names.INFINITY) || name.startsWith("set "));
        return names.size() == 1 ? names.iterator().next() : null;
    }
}
