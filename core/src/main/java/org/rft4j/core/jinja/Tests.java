package org.rft4j.core.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code is} can ask. */
final class Tests {
    private static final Map<String, TestFunction> TESTS = new HashMap<>();

    private Tests() {}

    static {
        kinds();
        numbers();
        comparisons();
        TESTS.put("filter", (run, value, a) -> value instanceof CharSequence && Filters.find(value.toString()) != null);
        TESTS.put("test", (run, value, a) -> value instanceof CharSequence && find(value.toString()) != null);
        TESTS.put("lower", (run, value, a) -> Cases.isLower(Repr.str(value, run.budget())));
        TESTS.put("upper", (run, value, a) -> Cases.isUpper(Repr.str(value, run.budget())));
        TESTS.put("escaped", (run, value, a) -> value instanceof Markup);
    }

    static @Nullable TestFunction find(String name) {
        return TESTS.get(name);
    }

    private static void kinds() {
        TESTS.put("defined", (run, value, a) -> !(value instanceof Undefined));
        TESTS.put("undefined", (run, value, a) -> value instanceof Undefined);
        TESTS.put("none", (run, value, a) -> value == None.NONE);
        TESTS.put("boolean", (run, value, a) -> value instanceof Boolean);
        TESTS.put("true", (run, value, a) -> Boolean.TRUE.equals(value));
        TESTS.put("false", (run, value, a) -> Boolean.FALSE.equals(value));
        TESTS.put("integer", (run, value, a) -> Types.isInt(value));
        TESTS.put("float", (run, value, a) -> value instanceof Double);
        TESTS.put("number", (run, value, a) -> Types.isNumber(value));
        TESTS.put("string", (run, value, a) -> value instanceof CharSequence);
        TESTS.put("mapping", (run, value, a) -> value instanceof Map);
        TESTS.put("iterable", (run, value, a) -> Values.isIterable(value));
        TESTS.put("sequence", (run, value, a) -> isSequence(value));
        TESTS.put("callable", (run, value, a) -> Types.isCallable(value) || value instanceof Undefined);
        TESTS.put("sameas", (run, value, a) -> isSame(value, a.need(0, "other")));
    }

    private static boolean isSequence(Object value) {
        return value instanceof CharSequence
                || value instanceof List
                || value instanceof Map
                || value instanceof Tuple
                || value instanceof Range
                || value instanceof Undefined;
    }

    private static boolean isSame(Object value, Object other) {
        boolean small = value instanceof Boolean || value == None.NONE || value instanceof Long;
        return value == other || (small && value.equals(other));
    }

    private static void numbers() {
        TESTS.put(
                "odd", (run, value, a) -> Compare.equal(Arithmetic.modulo(value, 2L, run.budget()), 1L, run.budget()));
        TESTS.put(
                "even", (run, value, a) -> Compare.equal(Arithmetic.modulo(value, 2L, run.budget()), 0L, run.budget()));
        TESTS.put(
                "divisibleby",
                (run, value, a) ->
                        Compare.equal(Arithmetic.modulo(value, a.need(0, "num"), run.budget()), 0L, run.budget()));
    }

    private static void comparisons() {
        alias((run, value, a) -> Compare.equal(value, a.need(0, "other"), run.budget()), "==", "eq", "equalto");
        alias((run, value, a) -> !Compare.equal(value, a.need(0, "other"), run.budget()), "!=", "ne");
        alias(order(">"), ">", "gt", "greaterthan");
        alias(order(">="), ">=", "ge");
        alias(order("<"), "<", "lt", "lessthan");
        alias(order("<="), "<=", "le");
        alias((run, value, a) -> Values.contains(a.need(0, "seq"), value, run.budget()), "in");
    }

    private static TestFunction order(String operator) {
        return (run, value, a) -> Compare.order(operator, value, a.need(0, "other"), run.budget());
    }

    private static void alias(TestFunction test, String... names) {
        for (String name : names) {
            TESTS.put(name, test);
        }
    }
}
