package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.TensorProgram;

/**
 * Keys and values [2L,R,M,C,D] of rows that share a prefix and have the same number of places C. Rows lie in its first slots
 * without a gap.
 */
final class Slab implements AutoCloseable {
    private static final TensorProgram PROGRAM = TensorProgram.named("decoding");
    private static final int ROWS = 1;
    private static final int PLACES = 3;

    private final @Nullable Prefix prefix;
    private final NDManager manager;
    private final List<DecodeRow> rows = new ArrayList<>();
    private NDArray cache;

    private Slab(@Nullable Prefix prefix, NDArray cache, NDManager manager) {
        this.prefix = prefix;
        this.cache = cache;
        this.manager = manager;
    }

    static Slab empty(Decoder decoder, @Nullable Prefix prefix, int rows, int places, NDManager manager) {
        DecoderConfig config = decoder.config();
        AttentionConfig attention = config.attention();
        long[] size = {2L * config.layers(), rows, attention.keyValueHeads(), places, attention.headWidth()};
        NDArray cache = PROGRAM.call("empty")
                .with("beside", Objects.requireNonNull(decoder.weights().get(WeightKey.of(WeightRole.EMBEDDING))))
                .with("size", size)
                .run(manager)
                .singletonOrThrow();
        return new Slab(prefix, NativeScope.leaveToManager(cache), manager);
    }

    @Nullable
    Prefix prefix() {
        return prefix;
    }

    NDArray cache() {
        return cache;
    }

    List<DecodeRow> rows() {
        return rows;
    }

    int places() {
        return Math.toIntExact(cache.getShape().get(PLACES));
    }

    int slots() {
        return Math.toIntExact(cache.getShape().get(ROWS));
    }

    void resize(int slots, int places) {
        if (slots == slots() && places == places()) {
            return;
        }
        NDArray resized = PROGRAM.call("resized")
                .with("slab", cache)
                .with("rows", slots)
                .with("places", places)
                .run(manager)
                .singletonOrThrow();
        cache.close();
        cache = NativeScope.leaveToManager(resized);
    }

    /** Takes a row in, with what it has in another slab or what it is to copy from its prefix. */
    void add(DecodeRow row) {
        int slot = rows.size();
        Slab before = row.slab();
        Prefix toCopy = row.takeToCopy();
        if (before != null) {
            copy(before, row.slot(), row.used(), slot);
            before.remove(row);
        } else if (toCopy != null) {
            PROGRAM.call("place")
                    .with("slab", cache)
                    .with("slot", slot)
                    .with("cache", toCopy.cache())
                    .run(manager)
                    .close();
            toCopy.removeUser();
        } else {
            PROGRAM.call("clear")
                    .with("slab", cache)
                    .with("slot", slot)
                    .run(manager)
                    .close();
        }
        rows.add(row);
        row.lieAt(this, slot);
    }

    private void copy(Slab source, int from, int used, int to) {
        PROGRAM.call("move")
                .with("source", source.cache)
                .with("slot", from)
                .with("used", used)
                .with("target", cache)
                .with("new_slot", to)
                .run(manager)
                .close();
    }

    /** Takes a row out; the last one moves into its slot. */
    void remove(DecodeRow row) {
        DecodeRow last = rows.remove(rows.size() - 1);
        if (last != row) {
            copy(this, last.slot(), last.used(), row.slot());
            put(last, row.slot());
        }
        row.lieAt(null, 0);
    }

    /** Lets two rows change places. */
    void swap(int one, int other) {
        if (one != other) {
            PROGRAM.call("swap")
                    .with("slab", cache)
                    .with("one", one)
                    .with("other", other)
                    .run(manager)
                    .close();
            DecodeRow kept = rows.get(one);
            put(rows.get(other), one);
            put(kept, other);
        }
    }

    /** Says that a row lies in a slot now: a program has put it there. */
    void put(DecodeRow row, int slot) {
        rows.set(slot, row);
        row.lieAt(this, slot);
    }

    @Override
    public void close() {
        cache.close();
    }
}
