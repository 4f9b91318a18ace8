package org.rft4j.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.Read;
import org.rft4j.core.data.rows.Row;
import org.rft4j.core.data.rows.RowCursor;
import org.rft4j.core.data.rows.RowProblem;

/** Reads a file row by row. Whatever the library throws says that the file is damaged, and ends the reading. */
final class ParquetCursor implements RowCursor {
    private final Path file;
    private final String name;
    private final boolean keepsNestedNulls;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private final MessageColumnIO columns;
    private @Nullable RecordReader<Map<String, @Nullable Object>> records;
    private long leftInGroup;
    private long number;

    ParquetCursor(Path file, String name, boolean keepsNestedNulls) {
        this.file = file;
        this.name = name;
        this.keepsNestedNulls = keepsNestedNulls;
        this.reader = open(file);
        try {
            this.schema = reader.getFileMetaData().getSchema();
            this.columns = new ColumnIOFactory().getColumnIO(schema);
            new RowMaterializer(name, schema, keepsNestedNulls); // says now which types cannot be read
        } catch (RuntimeException e) {
            close();
            throw e instanceof DataException ? e : damaged(e);
        }
    }

    private static ParquetFileReader open(Path file) {
        try {
            ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                    .withCodecFactory(new Codecs())
                    .usePageChecksumVerification(true)
                    .build();
            return ParquetFileReader.open(new LocalInputFile(file), options);
        } catch (IOException | RuntimeException e) {
            throw new DataException(
                    new RowProblem(file.toString(), 0, 0, "", "not opened (" + e + ")", "must be a Parquet file"),
                    "check the path, and whether the file was copied to its end",
                    e);
        }
    }

    @Override
    public @Nullable Read next() {
        try {
            while (leftInGroup == 0) {
                PageReadStore group = reader.readNextRowGroup();
                if (group == null) {
                    return null;
                }
                leftInGroup = group.getRowCount();
                records = columns.getRecordReader(group, new RowMaterializer(name, schema, keepsNestedNulls));
            }
            if (records == null) {
                throw new IllegalStateException("a group that has rows has a reader");
            }
            leftInGroup--;
            number++;
            return new Row(name, number, records.read());
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    private DataException damaged(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        leftInGroup = 0;
        return new DataException(
                new RowProblem(name, number, 0, "", "not read (" + cause + ")", "must be whole Parquet data"),
                "copy the file " + file + " again",
                e);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw damaged(e);
        }
    }
}
