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
        plain("filter", (run, value, a) -> value instanceof CharSequence && Filters.find(value.toString()) != null);
        plain("test", (run, value, a) -> value instanceof CharSequence && find(value.toString()) != null);
        plain("lower", (run, value, a) -> Cases.isLower(Repr.str(value, run.budget())));
        plain("upper", (run, value, a) -> Cases.isUpper(Repr.str(value, run.budget())));
        plain("escaped", (run, value, a) -> value instanceof Markup);
    }

    static @Nullable TestFunction find(String name) {
        return TESTS.get(name);
    }

    private static void kinds() {
        plain("defined", (run, value, a) -> !(value instanceof Undefined));
        plain("undefined", (run, value, a) -> value instanceof Undefined);
        plain("none", (run, value, a) -> value == None.NONE);
        plain("boolean", (run, value, a) -> value instanceof Boolean);
        plain("true", (run, value, a) -> Boolean.TRUE.equals(value));
        plain("false", (run, value, a) -> Boolean.FALSE.equals(value));
        plain("integer", (run, value, a) -> Types.isInt(value));
        plain("float", (run, value, a) -> value instanceof Double);
        plain("number", (run, value, a) -> Types.isNumber(value));
        plain("string", (run, value, a) -> value instanceof CharSequence);
        plain("mapping", (run, value, a) -> value instanceof Map);
        plain("iterable", (run, value, a) -> Values.isIterable(value));
        plain("sequence", (run, value, a) -> isSequence(value));
        plain("callable", (run, value, a) -> Types.isCallable(value) || value instanceof Undefined);
        TESTS.put("sameas", (run, value, a) -> isSame(value, a.need(0, "other")));
    }

    /** A test that takes no arguments. */
    private static void plain(String name, TestFunction test) {
        TESTS.put(name, (run, value, a) -> {
            if (!a.isEmpty()) {
                int given = 1 + a.positional().size();
                throw JinjaError.runtime(
                        "test_" + name + "() takes 1 positional argument but " + given + " were given");
            }
            return test.holds(run, value, a);
        });
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
        plain("odd", (run, value, a) -> Compare.equal(Arithmetic.modulo(value, 2L, run.budget()), 1L, run.budget()));
        plain("even", (run, value, a) -> Compare.equal(Arithmetic.modulo(value, 2L, run.budget()), 0L, run.budget()));
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
