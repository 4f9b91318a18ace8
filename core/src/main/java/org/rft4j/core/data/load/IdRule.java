package org.rft4j.core.data.load;

import java.util.List;
import org.rft4j.core.data.ContentHash;
import org.rft4j.core.data.rows.Row;

/**
 * What names a record. An id depends on the row alone, so that it stays the same however data are shuffled, split, mixed or
 * appended to: random numbers are keyed by it.
 */
@FunctionalInterface
public interface IdRule {
    /**
     * Names a row.
     *
     * @param row the row, its columns mapped
     * @return its id, not blank
     */
    String of(Row row);

    /**
     * The file's name and the line, such as {@code train.jsonl:17}. It stays as long as rows are only appended.
     *
     * @return the rule
     */
    static IdRule place() {
        return row -> row.source() + ":" + row.number();
    }

    /**
     * Another name and the line, for files of the same name that are mixed, such as {@code gsm8k:17}.
     *
     * @param name instead of the file's
     * @return the rule
     */
    static IdRule place(String name) {
        return row -> name + ":" + row.number();
    }

    /**
     * A column that is a string or a number.
     *
     * @param column its name
     * @return the rule
     */
    static IdRule column(String column) {
        return row -> {
            Object value = row.value(column);
            if (value instanceof String || value instanceof Number) {
                return value.toString();
            }
            throw row.wrong(column, String.valueOf(value), "must be a string or a number, to be an id");
        };
    }

    /**
     * A hash of columns, which stays when rows are moved about, and is the same for rows that say the same.
     *
     * @param columns their names
     * @return the rule: 32 hexadecimal digits
     */
    static IdRule content(String... columns) {
        List<String> names = List.of(columns);
        return row -> {
            ContentHash hash = new ContentHash();
            names.forEach(name -> hash.add(row.value(name)));
            return hash.hex().substring(0, 32);
        };
    }
}
