package org.rft4j.core.data.rows;

import java.io.Serializable;

/**
 * Why a row cannot be used.
 *
 * @param source the file or list
 * @param line the line of the file, from 1, or the number of the row where a source has no lines; 0 if it concerns the whole
 * @param column the character of the line, from 1, or 0 if it concerns a named column
 * @param field the named column, or empty if it concerns a character
 * @param found what stands there, short
 * @param rule what it must be, starting with "must"
 */
public record RowProblem(String source, long line, int column, String field, String found, String rule)
        implements Read, Serializable {
    private static final int LONGEST_QUOTE = 160;

    /** Cuts what is quoted to a readable length. */
    public RowProblem {
        found = shortened(found);
    }

    /** A problem at a character of a line. */
    static RowProblem at(String source, long line, long column, String found, String rule) {
        return new RowProblem(source, line, (int) Math.min(column, Integer.MAX_VALUE), "", found, rule);
    }

    /**
     * Where it is.
     *
     * @return such as {@code train.jsonl:17:34} or {@code train.jsonl:17, column 'prompt'}
     */
    public String place() {
        String place = line == 0 ? source : source + ":" + line;
        if (column > 0) {
            place += ":" + column;
        }
        return field.isEmpty() ? place : place + ", column '" + field + "'";
    }

    @Override
    public String toString() {
        return place() + ": was " + found + ", " + rule;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }
}
