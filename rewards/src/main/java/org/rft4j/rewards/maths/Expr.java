package org.rft4j.rewards.maths;

import java.util.List;
import org.rft4j.rewards.exact.Rational;

/** What an answer says, as a tree: scalars, and structures made of them. */
sealed interface Expr {
    /** A number as it was written, exactly. */
    record Num(Rational value) implements Expr {}

    /** A variable, or one of the constants in {@link Names}. */
    record Sym(String name) implements Expr {}

    record Sum(List<Expr> terms) implements Expr {
        public Sum {
            terms = List.copyOf(terms);
        }
    }

    record Product(List<Expr> factors) implements Expr {
        public Product {
            factors = List.copyOf(factors);
        }
    }

    record Quotient(Expr above, Expr below) implements Expr {}

    record Power(Expr base, Expr exponent) implements Expr {}

    /** The real root, so that the cube root of -8 is -2. */
    record Root(Expr index, Expr radicand) implements Expr {}

    record Call(Function function, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** Both signs at once; {@code upper} is the sign that goes with the upper one of every other such place. */
    record BothSigns(Expr operand, boolean upperIsPlus) implements Expr {}

    /** A number in another base, such as 1011_2. */
    record Based(Rational value, Rational digits, int base) implements Expr {}

    /** Tuples, points and intervals: at least two items between round, square or angle brackets. */
    record Bracketed(char open, List<Expr> items, char close) implements Expr {
        public Bracketed {
            items = List.copyOf(items);
        }
    }

    /** Items between braces, in no order. */
    record SetOf(List<Expr> items) implements Expr {
        public SetOf {
            items = List.copyOf(items);
        }
    }

    /** Items one after the other, in no order, as in "1 or 2". */
    record Several(List<Expr> items) implements Expr {
        public Several {
            items = List.copyOf(items);
        }
    }

    record Matrix(List<List<Expr>> rows) implements Expr {
        public Matrix {
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    record SetOperation(Kind kind, Expr left, Expr right) implements Expr {
        enum Kind {
            UNION,
            INTERSECTION,
            DIFFERENCE
        }
    }

    /** A chain such as a < b <= c: one operator fewer than sides. */
    record Relation(List<Expr> sides, List<Operator> operators) implements Expr {
        enum Operator {
            EQUAL,
            NOT_EQUAL,
            LESS,
            LESS_OR_EQUAL,
            GREATER,
            GREATER_OR_EQUAL,
            ELEMENT
        }

        public Relation {
            sides = List.copyOf(sides);
            operators = List.copyOf(operators);
        }
    }

    /** Parts of a proportion such as 3:2. */
    record Ratio(List<Expr> parts) implements Expr {
        public Ratio {
            parts = List.copyOf(parts);
        }
    }

    static Expr number(long value) {
        return new Num(Rational.of(value));
    }

    static Expr negate(Expr operand) {
        return operand instanceof Num n ? new Num(n.value().negate()) : new Product(List.of(number(-1), operand));
    }

    static Expr minus(Expr left, Expr right) {
        return new Sum(List.of(left, negate(right)));
    }
}
