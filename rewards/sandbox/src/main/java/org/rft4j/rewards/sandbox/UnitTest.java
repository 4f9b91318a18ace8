package org.rft4j.rewards.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.engine.Check;

/** A test of a task: code that runs after the answer and throws if the answer is wrong. */
record UnitTest(String name, String tier, String code) {
    static final String FIRST_TIER = "basic";

    /** A column that holds one test as text, or a list of texts or of maps with {@code code}, {@code name} and {@code tier}. */
    static List<UnitTest> of(TaskRecord task, String column) {
        Object value = task.value(column);
        List<?> rows = value instanceof List<?> list ? list : List.of(value);
        List<UnitTest> tests = new ArrayList<>();
        for (Object row : rows) {
            String name = "test " + (tests.size() + 1);
            if (row instanceof String code) {
                tests.add(new UnitTest(name, FIRST_TIER, code));
            } else {
                Map<?, ?> map = row instanceof Map<?, ?> fields ? fields : Map.of();
                Check.that(
                        map.get("code") instanceof String,
                        "test in column '" + column + "' of task " + task.id(),
                        row,
                        "must be a text, or a map with a text named code",
                        "correct the row");
                tests.add(new UnitTest(
                        textOr(map.get("name"), name),
                        textOr(map.get("tier"), FIRST_TIER),
                        textOr(map.get("code"), "")));
            }
        }
        Check.that(!tests.isEmpty(), "tests of task " + task.id(), "none", "must be at least one", "leave the row out");
        return tests;
    }

    private static String textOr(@org.jspecify.annotations.Nullable Object value, String other) {
        return value instanceof String text ? text : other;
    }
}
