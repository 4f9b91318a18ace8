package org.rft4j.core.data.load;

import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.rows.RowTable;

/** Records that are read when they are asked for. */
final class TableDataset<T extends Example> implements Dataset<T> {
    private final RowTable table;
    private final int[] rows;
    private final ExampleReader<T> reader;
    private final String fingerprint;

    TableDataset(RowTable table, int[] rows, ExampleReader<T> reader, String fingerprint) {
        this.table = table;
        this.rows = rows;
        this.reader = reader;
        this.fingerprint = fingerprint;
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public T get(int index) {
        try {
            return ExampleCursor.read(table.read(rows[index]), reader);
        } catch (ExampleCursor.BadRow e) {
            throw e.asDataException();
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
