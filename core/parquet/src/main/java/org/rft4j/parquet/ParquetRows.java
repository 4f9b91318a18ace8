package org.rft4j.parquet;

import java.nio.file.Path;
import org.rft4j.core.data.rows.RowCursor;
import org.rft4j.core.data.rows.RowSource;

/**
 * The rows of a Parquet file, numbered from 1. One row group at a time is in memory.
 *
 * <p>Structs and maps become maps, lists become lists, to any depth; whole numbers become {@code Long} or {@code BigInteger}, signed or
 * not, all floats {@code Double}, decimals {@code BigDecimal}. Dates, times and UUIDs become text as ISO 8601 and RFC 9562 have it, plain bytes
 * Base64. Pages may be plain or compressed by Snappy, gzip or Zstandard.
 */
public final class ParquetRows implements RowSource {
    private final Path file;
    private final boolean keepsNestedNulls;

    private ParquetRows(Path file, boolean keepsNestedNulls) {
        this.file = file;
        this.keepsNestedNulls = keepsNestedNulls;
    }

    /**
     * Names a file, which is opened when rows are read.
     *
     * @param file the file
     * @return its rows
     */
    public static ParquetRows of(Path file) {
        return new ParquetRows(file, true);
    }

    /**
     * Leaves out what is null within structs. Arrow gives all structs of a column the same fields, so that a message or a tool's schema
     * has fields that it never had, all of them null.
     *
     * @return the same file, read so
     */
    public ParquetRows withoutNestedNulls() {
        return new ParquetRows(file, false);
    }

    @Override
    public String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public RowCursor open() {
        return new ParquetCursor(file, name(), keepsNestedNulls);
    }
}
