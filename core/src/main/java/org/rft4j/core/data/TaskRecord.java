package org.rft4j.core.data;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * One task: what the model is asked, and all that rewards, critics and environments need to know about it.
 *
 * @param id names the task within its data set, the same in every run; randomness is keyed by it
 * @param prompt what the model is asked
 * @param columns every other column of the data set by name, such as a reference answer: null, booleans, numbers, strings, lists and maps
 */
public record TaskRecord(String id, Prompt prompt, Map<String, @Nullable Object> columns) implements Example {
    /** Copies the columns, with the lists and maps in them. */
    public TaskRecord {
        Check.that(
                !id.isBlank(),
                "id of a task",
                "'" + id + "'",
                "must not be blank",
                "number the records of the data set");
        columns = Columns.copy(id, columns);
    }

    /**
     * A task with nothing but a text.
     *
     * @param id names the task
     * @param prompt what the model is asked
     * @return the task
     */
    public static TaskRecord of(String id, String prompt) {
        return new TaskRecord(id, Prompt.of(prompt), Map.of());
    }

    /**
     * Adds or replaces a column.
     *
     * @param column its name
     * @param value null, boolean, number, string, list or map
     * @return this task with it
     */
    public TaskRecord with(String column, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(columns);
        more.put(column, value);
        return new TaskRecord(id, prompt, more);
    }

    /**
     * Whether a column is there and not null.
     *
     * @param column its name
     * @return true if it has a value
     */
    public boolean has(String column) {
        return columns.get(column) != null;
    }

    /**
     * A column that must be there.
     *
     * @param column its name
     * @return its value
     */
    public Object value(String column) {
        Object value = columns.get(column);
        if (value == null) {
            throw new InvalidInputException(
                    "column '" + column + "' of task " + id,
                    columns.containsKey(column) ? "null" : "absent",
                    "must be there, the task has " + columns.keySet(),
                    "name the right column, or map it when the data is read");
        }
        return value;
    }

    /**
     * A column as text. Numbers and booleans are spelled as JSON spells them.
     *
     * @param column its name
     * @return its text
     */
    public String text(String column) {
        Object value = value(column);
        Check.that(
                value instanceof String || value instanceof Number || value instanceof Boolean,
                "column '" + column + "' of task " + id,
                value,
                "must be a string, number or boolean",
                "read lists and maps with value()");
        return value.toString();
    }

    /**
     * A column as a number.
     *
     * @param column its name
     * @return its number
     */
    public double number(String column) {
        Object value = value(column);
        Check.that(
                value instanceof Number,
                "column '" + column + "' of task " + id,
                value,
                "must be a number",
                "read it with text()");
        return ((Number) value).doubleValue();
    }
}
