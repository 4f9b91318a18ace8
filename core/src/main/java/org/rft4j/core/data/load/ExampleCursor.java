package org.rft4j.core.data.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.Read;
import org.rft4j.core.data.rows.Row;
import org.rft4j.core.data.rows.RowCursor;
import org.rft4j.core.data.rows.RowProblem;
import org.rft4j.core.data.rows.RowSource;

/**
 * Reads records one after another and holds no more than one of them. For one thread.
 *
 * @param <T> their shape
 */
public final class ExampleCursor<T extends Example> implements AutoCloseable {
    private final RowCursor rows;
    private final ExampleReader<T> reader;
    private final BadRows badRows;
    private final List<RowProblem> problems = new ArrayList<>();
    private long records;
    private long skipped;

    private ExampleCursor(RowCursor rows, ExampleReader<T> reader, BadRows badRows) {
        this.rows = rows;
        this.reader = reader;
        this.badRows = badRows;
    }

    /**
     * Starts reading.
     *
     * @param source where rows are
     * @param reader what they become
     * @param badRows what becomes of the others
     * @param <T> the shape of the records
     * @return a cursor before the first record
     */
    public static <T extends Example> ExampleCursor<T> open(
            RowSource source, ExampleReader<T> reader, BadRows badRows) {
        return new ExampleCursor<>(source.open(), reader, badRows);
    }

    /**
     * Reads on.
     *
     * @return the next record, or null at the end
     * @throws DataException if a row is bad and bad rows are not skipped, or if nothing behind this place can be read
     */
    public @Nullable T next() {
        for (Read read = rows.next(); read != null; read = rows.next()) {
            try {
                T record = read(read, reader);
                records++;
                return record;
            } catch (BadRow bad) {
                if (!badRows.skipped()) {
                    throw bad.asDataException();
                }
                skipped++;
                if (problems.size() < badRows.kept()) {
                    problems.add(bad.problem);
                }
            }
        }
        return null;
    }

    /** Makes a record of a row; whatever a reader throws is the row's problem. */
    static <T extends Example> T read(Read read, ExampleReader<T> reader) throws BadRow {
        if (!(read instanceof Row row)) {
            throw new BadRow((RowProblem) read, null);
        }
        try {
            return reader.read(row);
        } catch (DataException e) {
            throw new BadRow(e.problem(), e);
        } catch (RuntimeException e) {
            throw new BadRow(
                    new RowProblem(
                            row.source(),
                            row.number(),
                            0,
                            "",
                            "not mapped (" + e + ")",
                            "must be what the mapping expects"),
                    e);
        }
    }

    /**
     * What was read so far.
     *
     * @return counts, and the first problems
     */
    public ReadReport report() {
        return new ReadReport(records, skipped, problems);
    }

    long rowsRead() {
        return records + skipped;
    }

    @Override
    public void close() {
        rows.close();
    }

    /** A row that is no record. */
    static final class BadRow extends Exception {
        private static final long serialVersionUID = 1L;

        private final RowProblem problem;

        BadRow(RowProblem problem, @Nullable Throwable cause) {
            super(problem.toString(), cause, false, false);
            this.problem = problem;
        }

        DataException asDataException() {
            if (getCause() instanceof DataException e) {
                return e;
            }
            String wayOut = "correct it, or skip bad rows with BadRows.skip()";
            return getCause() == null
                    ? new DataException(problem, wayOut)
                    : new DataException(problem, wayOut, getCause());
        }
    }
}
