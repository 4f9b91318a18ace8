package org.rft4j.core.data.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Example;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/**
 * Records in batches. A batch takes no notice of where an epoch ends. The state is that of the stream between two batches, so that the
 * size of a batch may be another one after a resume. For one thread.
 *
 * @param <T> the shape of the records
 */
public final class Batches<T extends Example> implements Resumable {
    private final ExampleStream<T> stream;
    private final int size;
    private final boolean whole;
    private List<T> pending = List.of();
    private @Nullable JsonNode beforePending;

    private Batches(ExampleStream<T> stream, int size, boolean whole) {
        Check.that(size >= 1, "batch size", size, "must be at least 1", "take single records from the stream itself");
        this.stream = stream;
        this.size = size;
        this.whole = whole;
    }

    /**
     * Batches, the last of which may be smaller.
     *
     * @param stream where records come from, and nobody else takes any
     * @param size of a batch
     * @param <T> the shape of the records
     * @return the batches
     */
    public static <T extends Example> Batches<T> of(ExampleStream<T> stream, int size) {
        return new Batches<>(stream, size, false);
    }

    /**
     * Batches of one size. What is left at the end, too little for another one, is dropped.
     *
     * @param stream where records come from, and nobody else takes any
     * @param size of a batch
     * @param <T> the shape of the records
     * @return the batches
     */
    public static <T extends Example> Batches<T> whole(ExampleStream<T> stream, int size) {
        return new Batches<>(stream, size, true);
    }

    /**
     * Whether there is another batch.
     *
     * @return false at the end, if there is one
     */
    public boolean hasNext() {
        if (!whole) {
            return stream.hasNext();
        }
        if (beforePending == null) {
            beforePending = stream.state();
            pending = take();
        }
        return pending.size() == size;
    }

    /**
     * Moves on.
     *
     * @return the next batch, not empty; an error at the end
     */
    public List<T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the batches are over; ask hasNext()");
        }
        if (!whole) {
            return take();
        }
        List<T> batch = pending;
        pending = List.of();
        beforePending = null;
        return batch;
    }

    private List<T> take() {
        List<T> batch = new ArrayList<>(size);
        while (batch.size() < size && stream.hasNext()) {
            batch.add(stream.next());
        }
        return List.copyOf(batch);
    }

    @Override
    public JsonNode state() {
        return beforePending == null ? stream.state() : beforePending;
    }

    @Override
    public void restore(JsonNode state) {
        stream.restore(state);
        pending = List.of();
        beforePending = null;
    }
}
