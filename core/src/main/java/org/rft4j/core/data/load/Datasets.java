package org.rft4j.core.data.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.rft4j.core.data.ContentHash;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.rows.RowSource;
import org.rft4j.core.data.rows.RowTable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Makes data sets. Everything is read once at the start, so that a bad row or an id that stands twice is found then and not hours
 * later.
 */
public final class Datasets {
    /** How much content is read into memory unless another limit is set: 1 GiB. */
    public static final long DEFAULT_MAX_BYTES = 1L << 30;

    private Datasets() {}

    /**
     * Reads all records into memory, at most 1 GiB of content.
     *
     * @param source where rows are
     * @param reader what they become
     * @param badRows what becomes of the others
     * @param <T> the shape of the records
     * @return the data set and what was skipped
     */
    public static <T extends Example> Loaded<T> inMemory(RowSource source, ExampleReader<T> reader, BadRows badRows) {
        return inMemory(source, reader, badRows, DEFAULT_MAX_BYTES);
    }

    /**
     * Reads all records into memory.
     *
     * @param source where rows are
     * @param reader what they become
     * @param badRows what becomes of the others
     * @param maxBytes how much content is accepted, in bytes as text
     * @param <T> the shape of the records
     * @return the data set and what was skipped
     */
    public static <T extends Example> Loaded<T> inMemory(
            RowSource source, ExampleReader<T> reader, BadRows badRows, long maxBytes) {
        List<T> records = new ArrayList<>();
        Census census = new Census();
        try (ExampleCursor<T> cursor = ExampleCursor.open(source, reader, badRows)) {
            for (T record = cursor.next(); record != null; record = cursor.next()) {
                census.add(record);
                records.add(record);
                Check.that(
                        census.bytes() <= maxBytes,
                        "content of " + source.name(),
                        "more than " + maxBytes + " bytes",
                        "must fit into memory as the limit says",
                        "raise the limit, or read a JSONL file with Datasets.indexed");
            }
            requireSome(source, cursor.report());
            return new Loaded<>(census.checked(new ListDataset<>(records, census.fingerprint())), cursor.report());
        }
    }

    /**
     * Reads all records once, and again when they are asked for; only their places stay in memory.
     *
     * @param table where rows are, such as {@code JsonlFile.of(path).indexed()}
     * @param reader what they become
     * @param badRows what becomes of the others
     * @param <T> the shape of the records
     * @return the data set and what was skipped
     */
    public static <T extends Example> Loaded<T> indexed(RowTable table, ExampleReader<T> reader, BadRows badRows) {
        int[] good = new int[table.size()];
        int count = 0;
        Census census = new Census();
        try (ExampleCursor<T> cursor = ExampleCursor.open(table, reader, badRows)) {
            for (T record = cursor.next(); record != null; record = cursor.next()) {
                census.add(record);
                good[count++] = (int) (cursor.rowsRead() - 1);
            }
            requireSome(table, cursor.report());
            int[] rows = Arrays.copyOf(good, count);
            return new Loaded<>(
                    census.checked(new TableDataset<>(table, rows, reader, census.fingerprint())), cursor.report());
        }
    }

    /**
     * Records that a program made.
     *
     * @param records at least one, no id twice
     * @param <T> their shape
     * @return the data set
     */
    public static <T extends Example> Dataset<T> of(List<T> records) {
        Check.that(!records.isEmpty(), "records", "none", "must be at least one", "add some");
        Census census = new Census();
        records.forEach(census::add);
        return census.checked(new ListDataset<>(records, census.fingerprint()));
    }

    /**
     * Consecutive records.
     *
     * @param data the data set
     * @param from the first
     * @param to behind the last
     * @param <T> their shape
     * @return a view of the data set
     */
    public static <T extends Example> Dataset<T> slice(Dataset<T> data, int from, int to) {
        Check.that(
                0 <= from && from < to && to <= data.size(),
                "slice",
                "[" + from + "," + to + ")",
                "must be a range of at least one of the " + data.size() + " records",
                "ask for size()");
        return new Selection<>(data, IntStream.range(from, to).toArray());
    }

    /**
     * Every n-th record, so that n workers share a data set.
     *
     * @param data the data set
     * @param index which worker, from 0
     * @param count how many there are
     * @param <T> the shape of the records
     * @return a view of the data set
     */
    public static <T extends Example> Dataset<T> shard(Dataset<T> data, int index, int count) {
        Check.that(
                0 <= index && index < count, "shard", index + " of " + count, "must be in [0, count)", "count from 0");
        Check.that(
                index < data.size(),
                "shard",
                index + " of " + count,
                "must hold one of the " + data.size() + " records",
                "use fewer shards");
        return chosen(data, i -> i % count == index);
    }

    /**
     * Records that a condition holds for. Each is read once.
     *
     * @param data the data set
     * @param condition which to keep
     * @param <T> their shape
     * @return a view of the data set, in its order
     */
    public static <T extends Example> Dataset<T> where(Dataset<T> data, Predicate<T> condition) {
        return chosen(data, i -> condition.test(data.get(i)));
    }

    private static <T extends Example> Dataset<T> chosen(Dataset<T> data, IntPredicate condition) {
        int[] indices = IntStream.range(0, data.size()).filter(condition).toArray();
        Check.that(
                indices.length > 0,
                "records that are kept",
                "none of " + data.size(),
                "must be at least one",
                "loosen the condition");
        return new Selection<>(data, indices);
    }

    private static void requireSome(RowSource source, ReadReport report) {
        if (report.records() == 0) {
            String skipped = report.skipped() == 0 ? "" : " and " + report.skipped() + " bad rows";
            String first = report.problems().isEmpty()
                    ? ""
                    : "; the first problem is " + report.problems().get(0);
            throw new InvalidInputException(
                    "content of " + source.name(),
                    "no record" + skipped + first,
                    "must be at least one record",
                    "look into the file and at the mapping of its columns");
        }
    }

    /** What is found out while all records are read once. */
    private static final class Census {
        private final ContentHash hash = new ContentHash();
        private long[] ids = new long[1 << 10];
        private int size;

        void add(Example record) {
            hash.add(record);
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size++] = new ContentHash().add(record.id()).bits();
        }

        long bytes() {
            return hash.size();
        }

        String fingerprint() {
            return hash.hex();
        }

        /** Refuses a data set in which an id stands twice. Hashes are compared first; the ids themselves only where these are equal. */
        <T extends Example> Dataset<T> checked(Dataset<T> data) {
            long[] sorted = Arrays.copyOf(ids, size);
            Arrays.sort(sorted);
            for (int i = 1; i < size; i++) {
                if (sorted[i] == sorted[i - 1]) {
                    long twice = sorted[i];
                    List<Integer> places = IntStream.range(0, size)
                            .filter(k -> ids[k] == twice)
                            .boxed()
                            .toList();
                    T first = data.get(places.get(0));
                    Check.that(
                            !first.id().equals(data.get(places.get(1)).id()),
                            "id of records " + places.get(0) + " and " + places.get(1),
                            "'" + first.id() + "'",
                            "must name one record only",
                            "use another IdRule, such as IdRule.place()");
                }
            }
            return data;
        }
    }
}
