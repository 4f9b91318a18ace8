package org.rft4j.rewards.arithmetic;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.rewards.exact.Rational;

/**
 * Evaluates sums, differences, products and quotients of whole numbers, exactly: {@code (3 + 4) * 5 / 2}, also with
 * {@code ×}, {@code ÷}, {@code \times}, {@code \cdot}, {@code \div} and {@code \frac{1}{2}}. Nothing is implied between operands:
 * {@code 2(3)} and {@code 1 2} are refused.
 */
public final class Arithmetic {
    private static final int LONGEST = 1_000;
    private static final int DEEPEST = 50;
    private static final int MOST_DIGITS = 18;
    private static final int MOST_BITS = 20_000;

    private final String text;
    private final boolean decimals;
    private final List<BigInteger> numbers = new ArrayList<>();
    private int at;
    private int depth;

    private Arithmetic(String text, boolean decimals) {
        this.text = text;
        this.decimals = decimals;
    }

    /**
     * What came out.
     *
     * @param value the value; meaningless where there is a fault
     * @param numbers the whole numbers in it, in order
     * @param fault why it has no value, in words; empty where it has one
     */
    public record Result(Rational value, List<BigInteger> numbers, String fault) {
        /** Copies the list. */
        public Result {
            numbers = List.copyOf(numbers);
        }

        /**
         * Whether there is a value.
         *
         * @return true without a fault
         */
        public boolean isValue() {
            return fault.isEmpty();
        }
    }

    /** Ends the reading. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(String what) {
            super(what, null, false, false);
        }
    }

    /**
     * Evaluates an expression of whole numbers.
     *
     * @param expression all of it must be the expression
     * @return its value or its fault
     */
    public static Result evaluate(String expression) {
        return evaluate(expression, false);
    }

    /** Evaluates an expression; decimal numbers are not listed in the result. */
    static Result evaluate(String expression, boolean decimals) {
        if (expression.length() > LONGEST) {
            return new Result(Rational.ZERO, List.of(), "the expression is longer than " + LONGEST + " characters");
        }
        Arithmetic reader = new Arithmetic(plain(expression), decimals);
        try {
            Rational value = reader.sum();
            if (reader.peek() != 0) {
                throw reader.unexpected();
            }
            return new Result(value, reader.numbers, "");
        } catch (Fault e) {
            return new Result(Rational.ZERO, reader.numbers, String.valueOf(e.getMessage()));
        }
    }

    private static String plain(String expression) {
        return expression
                .replaceAll("\\\\(?:times|cdot|ast)(?![a-zA-Z])|[\u00d7\u00b7\u22c5\u2217]", "*")
                .replaceAll("\\\\div(?![a-zA-Z])|[\u00f7\u2215]", "/")
                .replaceAll("\\\\(?:left|right)(?=[()\\[\\]])|\\\\[,;! ]|\\$", " ")
                .replaceAll("\\\\[dt]?frac(?=\\{)", "F")
                .replace('\u2212', '-')
                .replace('[', '(')
                .replace(']', ')')
                .strip();
    }

    private Rational sum() {
        Rational value = product();
        while (true) {
            if (accept('+')) {
                value = checked(value.plus(product()));
            } else if (accept('-')) {
                value = checked(value.minus(product()));
            } else {
                return value;
            }
        }
    }

    private Rational product() {
        Rational value = operand();
        while (true) {
            if (accept('*')) {
                value = checked(value.times(operand()));
            } else if (accept('/')) {
                value = over(value, operand());
            } else {
                return value;
            }
        }
    }

    private static Rational over(Rational above, Rational below) {
        if (below.signum() == 0) {
            throw new Fault("the expression divides by zero");
        }
        return checked(above.over(below));
    }

    private static Rational checked(Rational value) {
        if (value.bits() > MOST_BITS) {
            throw new Fault("the expression has too large a value");
        }
        return value;
    }

    private Rational operand() {
        if (++depth > DEEPEST) {
            throw new Fault("the expression is nested deeper than " + DEEPEST);
        }
        try {
            if (accept('-')) {
                return operand().negate();
            }
            if (accept('(')) {
                return closed(')');
            }
            if (accept('F')) {
                expect('{');
                Rational above = closed('}');
                expect('{');
                return over(above, closed('}'));
            }
            return number();
        } finally {
            depth--;
        }
    }

    private Rational closed(char close) {
        Rational inner = sum();
        expect(close);
        return inner;
    }

    private Rational number() {
        peek();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw unexpected();
        }
        if (at - start > MOST_DIGITS) {
            throw new Fault("a number has more than " + MOST_DIGITS + " digits");
        }
        if (decimals && at < text.length() && text.charAt(at) == '.') {
            return decimal(start);
        }
        BigInteger number = new BigInteger(text.substring(start, at));
        numbers.add(number);
        return Rational.of(number);
    }

    private Rational decimal(int start) {
        at++;
        int point = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == point || at - point > MOST_DIGITS) {
            throw new Fault("a decimal number has none or more than " + MOST_DIGITS + " decimals");
        }
        return Rational.of(new BigDecimal(text.substring(start, at)));
    }

    private Fault unexpected() {
        char next = peek();
        return new Fault(
                next == 0 ? "the expression ends too early" : "'" + next + "' was not expected in the expression");
    }

    /** The next character that is no blank, or 0. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char wanted) {
        boolean found = peek() == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw unexpected();
        }
    }
}
