package org.rft4j.core.data.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.ToDoubleFunction;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Records of a data set, drawn again and again with replacement, each as often as its weight says. Draw n depends on the seed and n alone. It never
 * ends. All records are read once at the start.
 *
 * @param <T> the shape of the records
 */
public final class WeightedDraws<T extends Example> implements ExampleStream<T> {
    private static final String KIND = "weighted draws";

    private final Dataset<T> data;
    private final double[] sums;
    private final int last;
    private final long seed;
    private final KeyedRandom random;
    private long draws;

    private WeightedDraws(Dataset<T> data, double[] sums, int last, long seed) {
        this.data = data;
        this.sums = sums;
        this.last = last;
        this.seed = seed;
        this.random = KeyedRandom.ofSeed(seed).derive(KIND);
    }

    /**
     * Draws by weight.
     *
     * @param data the data set
     * @param weight of a record, relative to the others; one of weight 0 is never drawn
     * @param seed of the run
     * @param <T> the shape of the records
     * @return a stream at its beginning
     */
    public static <T extends Example> WeightedDraws<T> of(
            Dataset<T> data, ToDoubleFunction<? super T> weight, long seed) {
        double[] sums = new double[data.size()];
        double sum = 0;
        int last = -1;
        for (int i = 0; i < sums.length; i++) {
            T record = data.get(i);
            double one = weight.applyAsDouble(record);
            Check.that(
                    one >= 0 && one < Double.POSITIVE_INFINITY,
                    "weight of record " + record.id(),
                    one,
                    "must be finite and at least 0",
                    "leave the record out, or correct the function");
            last = one > 0 ? i : last;
            sum += one;
            sums[i] = sum;
        }
        Check.that(
                sum > 0 && sum < Double.POSITIVE_INFINITY,
                "sum of the weights",
                sum,
                "must be above 0 and finite",
                "give a record that may be drawn a weight");
        return new WeightedDraws<>(data, sums, last, seed);
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public T next() {
        double target = random.uniform(draws) * sums[last];
        draws++;
        return data.get(firstAbove(target));
    }

    /** The first record up to which there is more than the target, so that none of weight 0 is found. */
    private int firstAbove(double target) {
        int low = 0;
        int high = last;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] > target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public JsonNode state() {
        return State.of(KIND)
                .put("data", data.fingerprint())
                .put("seed", seed)
                .put("sum", sums[last])
                .put("draws", draws);
    }

    @Override
    public void restore(JsonNode saved) {
        State state = State.read(saved, KIND);
        state.require("data", data.fingerprint(), "continue with the data of the saved run, or start a new one");
        state.require("seed", String.valueOf(seed), "continue with the seed of the saved run, or start a new one");
        state.require(
                "sum", String.valueOf(sums[last]), "continue with the weights of the saved run, or start a new one");
        draws = state.count("draws", Long.MAX_VALUE);
    }
}
