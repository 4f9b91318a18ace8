package org.rft4j.rollout.tools;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Arithmetic as a tool: {@code + - * / % ** ^}, brackets and decimal numbers, calculated exactly. It reads the expression itself
 * and runs nothing; length, depth and size of numbers are limited.
 */
public final class Calculator {
    private static final int MOST_CHARACTERS = 1000;
    private static final int MOST_DEPTH = 100;
    private static final ToolSpec SPEC = spec();

    private final String text;
    private int at;
    private int depth;

    private Calculator(String text) {
        this.text = text;
    }

    /**
     * The tool, named {@code calculator}, with one argument {@code expression}.
     *
     * @return a tool without state
     */
    public static Tool tool() {
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return SPEC;
            }

            @Override
            public String call(Map<String, @Nullable Object> arguments) {
                return evaluate(String.valueOf(arguments.get("expression")));
            }
        };
    }

    private static ToolSpec spec() {
        // Templates print the schema: its order must not change from run to run.
        Map<String, Object> expression = new LinkedHashMap<>();
        expression.put("type", "string");
        expression.put("description", "An expression such as (3 + 4) * 2.5");
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("type", "object");
        parameters.put("properties", Map.of("expression", expression));
        parameters.put("required", List.of("expression"));
        return ToolSpec.function("calculator", "Calculates the value of an arithmetic expression.", parameters);
    }

    /**
     * Calculates.
     *
     * @param expression what to calculate
     * @return its value: whole numbers exactly, others to 15 digits; a clear error if it has none
     */
    public static String evaluate(String expression) {
        Check.that(
                expression.length() <= MOST_CHARACTERS,
                "length of the expression",
                expression.length(),
                "must be at most " + MOST_CHARACTERS,
                "calculate in steps");
        Calculator calculator =
                new Calculator(expression.replace('×', '*').replace('÷', '/').replace('−', '-'));
        Rational value = calculator.sum();
        calculator.skipBlanks();
        if (calculator.at < expression.length()) {
            throw calculator.unexpected("an operator or the end");
        }
        return value.text();
    }

    private Rational sum() {
        Check.that(
                ++depth <= MOST_DEPTH, "depth of the expression", depth, "must be at most 100", "use fewer brackets");
        Rational value = product();
        while (true) {
            if (accept("+")) {
                value = value.plus(product());
            } else if (accept("-")) {
                value = value.plus(product().negated());
            } else {
                depth--;
                return value;
            }
        }
    }

    private Rational product() {
        Rational value = signed();
        while (true) {
            skipBlanks();
            if (!text.startsWith("**", at) && accept("*")) {
                value = value.times(signed());
            } else if (accept("/")) {
                value = value.over(signed());
            } else if (accept("%")) {
                value = value.modulo(signed());
            } else {
                return value;
            }
        }
    }

    /** A sign binds less than a power: -2 ** 2 is -4. */
    private Rational signed() {
        boolean negative = false;
        while (true) {
            if (accept("-")) {
                negative = !negative;
            } else if (!accept("+")) {
                Rational value = power();
                return negative ? value.negated() : value;
            }
        }
    }

    /** Powers go from right to left: 2 ** 3 ** 2 is 2 ** 9. */
    private Rational power() {
        Rational base = atom();
        if (accept("**") || accept("^")) {
            Check.that(
                    ++depth <= MOST_DEPTH, "depth of the expression", depth, "must be at most 100", "use fewer powers");
            Rational exponent = signed();
            depth--;
            return base.power(exponent);
        }
        return base;
    }

    private Rational atom() {
        if (accept("(")) {
            Rational value = sum();
            if (!accept(")")) {
                throw unexpected("')'");
            }
            return value;
        }
        int from = at;
        while (at < text.length() && (isDigit(at) || text.charAt(at) == '.')) {
            at++;
        }
        if (from < at && at + 1 < text.length() && "eE".indexOf(text.charAt(at)) >= 0) {
            int digits = "+-".indexOf(text.charAt(at + 1)) >= 0 ? at + 2 : at + 1;
            if (digits < text.length() && isDigit(digits)) {
                at = digits;
                while (at < text.length() && isDigit(at)) {
                    at++;
                }
            }
        }
        String number = text.substring(from, at);
        try {
            return Rational.of(new BigDecimal(number));
        } catch (NumberFormatException e) {
            at = from;
            throw unexpected("a number");
        }
    }

    private boolean isDigit(int index) {
        return text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private boolean accept(String symbol) {
        skipBlanks();
        if (text.startsWith(symbol, at)) {
            at += symbol.length();
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private InvalidInputException unexpected(String expected) {
        String found =
                at < text.length() ? "'" + text.substring(at, Math.min(text.length(), at + 10)) + "'" : "the end";
        return new InvalidInputException(
                "expression at character " + at,
                found,
                "must be " + expected,
                "write numbers, + - * / % ** and brackets only");
    }
}
