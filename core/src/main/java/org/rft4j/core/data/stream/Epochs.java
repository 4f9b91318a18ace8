package org.rft4j.core.data.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.NoSuchElementException;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * All records of a data set, again and again, in their own order or in another one each time. The order is a function of seed and
 * epoch that takes no memory, so that the state is one number, with which it goes on at any record. A state is refused
 * where the data set or the order are others; more epochs or fewer are not.
 *
 * @param <T> the shape of the records
 */
public final class Epochs<T extends Example> implements ExampleStream<T> {
    /** As many epochs as anybody asks for. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final String KIND = "epochs";

    private final Dataset<T> data;
    private final Order order;
    private final long epochs;
    private long epoch;
    private int index;

    private Epochs(Dataset<T> data, Order order, long epochs) {
        Check.that(epochs >= 1, "epochs", epochs, "must be at least 1", "use Epochs.FOREVER for no end");
        this.data = data;
        this.order = order;
        this.epochs = epochs;
    }

    /**
     * The order of the data set.
     *
     * @param data the data set
     * @param epochs how many times, or {@link #FOREVER}
     * @param <T> the shape of the records
     * @return a stream at its beginning
     */
    public static <T extends Example> Epochs<T> inOrder(Dataset<T> data, long epochs) {
        return new Epochs<>(data, new AsIs(), epochs);
    }

    /**
     * Another order in each epoch.
     *
     * @param data the data set
     * @param seed of the run
     * @param epochs how many times, or {@link #FOREVER}
     * @param <T> the shape of the records
     * @return a stream at its beginning
     */
    public static <T extends Example> Epochs<T> shuffled(Dataset<T> data, long seed, long epochs) {
        return new Epochs<>(data, new Shuffled(seed, data.size()), epochs);
    }

    /**
     * Which epoch the next record belongs to.
     *
     * @return from 0
     */
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean hasNext() {
        return epoch < epochs;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the " + epochs + " epochs are over; ask hasNext()");
        }
        T record = data.get(order.at(epoch, index));
        index++;
        if (index == data.size()) {
            index = 0;
            epoch++;
        }
        return record;
    }

    @Override
    public JsonNode state() {
        return State.of(KIND)
                .put("data", data.fingerprint())
                .put("order", order.name())
                .put("epoch", epoch)
                .put("index", index);
    }

    @Override
    public void restore(JsonNode saved) {
        State state = State.read(saved, KIND);
        state.require("data", data.fingerprint(), "continue with the data of the saved run, or start a new one");
        state.require("order", order.name(), "continue with the order and seed of the saved run, or start a new one");
        long savedEpoch = state.count("epoch", FOREVER);
        index = (int) state.count("index", data.size() - 1L);
        epoch = savedEpoch;
    }

    /** Which record comes when. */
    private sealed interface Order {
        int at(long epoch, int index);

        String name();
    }

    private record AsIs() implements Order {
        @Override
        public int at(long epoch, int index) {
            return index;
        }

        @Override
        public String name() {
            return "as is";
        }
    }

    private static final class Shuffled implements Order {
        private final long seed;
        private final int size;
        private long preparedEpoch = -1;
        private Permutation prepared;

        Shuffled(long seed, int size) {
            this.seed = seed;
            this.size = size;
            this.prepared = permutation(0);
        }

        private Permutation permutation(long epoch) {
            preparedEpoch = epoch;
            return new Permutation(KeyedRandom.ofSeed(seed).derive("shuffle").derive(epoch), size);
        }

        @Override
        public int at(long epoch, int index) {
            if (epoch != preparedEpoch) {
                prepared = permutation(epoch);
            }
            return prepared.at(index);
        }

        @Override
        public String name() {
            return "shuffled by " + seed;
        }
    }
}
