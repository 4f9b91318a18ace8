package org.rft4j.core.data.rows;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * How a CSV file is read.
 *
 * @param delimiter what stands between fields: any ASCII character but a quote and those that end lines
 * @param header names of the columns where the file has none, or null: the first record names them
 * @param types what columns stand for; those without an entry stay text
 * @param maxRecordBytes how long a record may be, all of its lines together
 */
public record CsvOptions(
        char delimiter, @Nullable List<String> header, Map<String, CsvType> types, int maxRecordBytes) {
    /** Commas, names in the first record, all columns text, 64 MiB. */
    public static final CsvOptions DEFAULT = new CsvOptions(',', null, Map.of(), JsonlFile.DEFAULT_MAX_LINE_BYTES);

    /** Checks delimiter and names. */
    public CsvOptions {
        header = header == null ? null : List.copyOf(header);
        types = new LinkedHashMap<>(types);
        Check.that(
                delimiter < 128 && delimiter != '"' && delimiter != '\n' && delimiter != '\r',
                "delimiter",
                "'" + delimiter + "'",
                "must be an ASCII character that neither quotes nor ends a line",
                "use ',', ';' or '\\t'");
        Check.that(
                header == null || (!header.isEmpty() && new HashSet<>(header).size() == header.size()),
                "header",
                header,
                "must name at least one column, and none twice",
                "leave it out if the file begins with names");
        Check.that(maxRecordBytes >= 1, "maxRecordBytes", maxRecordBytes, "must be at least 1", "leave the default");
    }

    @Override
    public Map<String, CsvType> types() {
        return Map.copyOf(types);
    }

    /**
     * Replaces the delimiter.
     *
     * @param newDelimiter such as a tab
     * @return these options with it
     */
    public CsvOptions withDelimiter(char newDelimiter) {
        return new CsvOptions(newDelimiter, header, types, maxRecordBytes);
    }

    /**
     * Names the columns of a file whose first record is data.
     *
     * @param names in order
     * @return these options with them
     */
    public CsvOptions withHeader(String... names) {
        return new CsvOptions(delimiter, List.of(names), types, maxRecordBytes);
    }

    /**
     * Says what a column stands for.
     *
     * @param column its name
     * @param type what its text is read as
     * @return these options with it
     */
    public CsvOptions withType(String column, CsvType type) {
        Map<String, CsvType> more = new LinkedHashMap<>(types);
        more.put(column, type);
        return new CsvOptions(delimiter, header, more, maxRecordBytes);
    }
}
