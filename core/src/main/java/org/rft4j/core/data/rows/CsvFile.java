package org.rft4j.core.data.rows;

import java.nio.file.Path;

/**
 * A file of comma-separated values as RFC 4180 has them, in UTF-8, compressed by gzip or not: fields in quotes may hold delimiters,
 * line ends and doubled quotes. A record with more or fewer fields than the header is a bad row. A quote that is never closed is an
 * error in any case, because it takes in all that follows, and so is a record beyond the limit. Empty lines are passed over.
 */
public final class CsvFile implements RowSource {
    private final Path file;
    private final CsvOptions options;

    private CsvFile(Path file, CsvOptions options) {
        this.file = file;
        this.options = options;
    }

    /**
     * Names a file with commas and a header.
     *
     * @param file the file
     * @return its rows
     */
    public static CsvFile of(Path file) {
        return of(file, CsvOptions.DEFAULT);
    }

    /**
     * Names a file, which is opened when rows are read.
     *
     * @param file the file
     * @param options delimiter, header, types
     * @return its rows
     */
    public static CsvFile of(Path file, CsvOptions options) {
        return new CsvFile(file, options);
    }

    @Override
    public String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public RowCursor open() {
        return new CsvCursor(file, name(), options);
    }
}
