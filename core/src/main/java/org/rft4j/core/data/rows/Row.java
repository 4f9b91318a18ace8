package org.rft4j.core.data.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row.
 *
 * @param source the file or list that it stands in
 * @param number the line on which it begins, from 1, or its count where a source has no lines
 * @param columns values by name: null, booleans, {@code Long}, {@code BigInteger}, {@code Double}, strings, lists and maps
 */
public record Row(String source, long number, Map<String, @Nullable Object> columns) implements Read {
    private static final JsonFactory JSON = JsonValues.factory(Integer.MAX_VALUE);

    /** Copies the columns. */
    public Row {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
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
            throw wrong(column, "absent", "must be there, the row has " + columns.keySet());
        }
        return value;
    }

    /**
     * A column that must be text.
     *
     * @param column its name
     * @return its text
     */
    public String text(String column) {
        if (value(column) instanceof String text) {
            return text;
        }
        throw wrong(column, String.valueOf(columns.get(column)), "must be a string");
    }

    /**
     * A value inside maps, such as {@code at("reward_model", "ground_truth")}.
     *
     * @param column the outermost name
     * @param inner the names within, outermost first
     * @return the value, which must be there
     */
    public Object at(String column, String... inner) {
        Object value = value(column);
        String path = column;
        for (String name : inner) {
            if (!(value instanceof Map<?, ?> map) || map.get(name) == null) {
                throw wrong(path, String.valueOf(value), "must be a map that has '" + name + "'");
            }
            value = map.get(name);
            path += "." + name;
        }
        return value;
    }

    /**
     * A column that is JSON, written as text or already read.
     *
     * @param column its name
     * @return its value: the text's, if it is text
     */
    public Object json(String column) {
        Object value = value(column);
        try {
            Object parsed = value instanceof String text ? JsonValues.value(JSON, text) : value;
            if (parsed != null) {
                return parsed;
            }
            throw wrong(column, "null in JSON", "must be a value");
        } catch (JsonProcessingException e) {
            throw wrong(column, String.valueOf(value), "must be JSON: " + JsonValues.complaint(e));
        }
    }

    /**
     * Adds or replaces a column.
     *
     * @param column its name
     * @param value its value
     * @return this row with it
     */
    public Row with(String column, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(columns);
        more.put(column, value);
        return new Row(source, number, more);
    }

    /**
     * The exception for a column that is not what it must be.
     *
     * @param column its name
     * @param found what stands there
     * @param rule what it must be, starting with "must"
     * @return an exception that names file, row and column
     */
    public DataException wrong(String column, String found, String rule) {
        return new DataException(
                new RowProblem(source, number, 0, column, found, rule),
                "correct the row, map its columns, or skip bad rows");
    }
}
