package org.rft4j.core.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.engine.Check;

/**
 * Numbers that a loss tells beside its value. They are read from the device together, once per micro-batch, and joined over the
 * micro-batches of an optimiser step.
 */
public final class LossMetrics {
    /** How the numbers of several micro-batches become one. */
    public enum Joined {
        /** They are shares of a whole. */
        ADDED,
        /** The largest counts. */
        LARGEST,
        /** The smallest counts. */
        SMALLEST;

        double join(double a, double b) {
            return switch (this) {
                case ADDED -> a + b;
                case LARGEST -> Math.max(a, b);
                case SMALLEST -> Math.min(a, b);
            };
        }
    }

    /**
     * A number that has been read.
     *
     * @param value the number
     * @param joined how it is joined with others of its name
     */
    public record Number(double value, Joined joined) {
        Number with(Number other) {
            return new Number(joined.join(value, other.value), joined);
        }
    }

    private final Map<String, NDArray> scalars = new LinkedHashMap<>();

    private final Map<String, Joined> joins = new LinkedHashMap<>();

    /** No numbers yet. */
    public LossMetrics() {}

    /**
     * Tells a share, such as {@link LossInput#tokenMean} gives.
     *
     * @param name what metrics call it
     * @param scalar the share of this micro-batch
     * @return this
     */
    public LossMetrics share(String name, NDArray scalar) {
        return put(name, scalar, Joined.ADDED);
    }

    /**
     * Tells a maximum.
     *
     * @param name what metrics call it
     * @param scalar of this micro-batch
     * @return this
     */
    public LossMetrics largest(String name, NDArray scalar) {
        return put(name, scalar, Joined.LARGEST);
    }

    /**
     * Tells a minimum.
     *
     * @param name what metrics call it
     * @param scalar of this micro-batch
     * @return this
     */
    public LossMetrics smallest(String name, NDArray scalar) {
        return put(name, scalar, Joined.SMALLEST);
    }

    /**
     * Whether a number has been told.
     *
     * @param name what metrics call it
     * @return true if it has
     */
    public boolean has(String name) {
        return scalars.containsKey(name);
    }

    private LossMetrics put(String name, NDArray scalar, Joined joined) {
        Check.that(scalar.size() == 1, "metric " + name, scalar.getShape(), "must be a scalar", "reduce it");
        Check.that(scalars.put(name, scalar) == null, "metric", name, "must be told once", "give it another name");
        joins.put(name, joined);
        return this;
    }

    /**
     * Reads all of them.
     *
     * @return by name, in the order in which they were told
     */
    public Map<String, Number> read() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        if (scalars.isEmpty()) {
            return numbers;
        }
        NDList flat = new NDList();
        // A scalar times a Java double is an fp64 one.
        scalars.values()
                .forEach(scalar -> flat.add(scalar.stopGradient().reshape(1).toType(DataType.FLOAT32, false)));
        float[] values = NDArrays.concat(flat).toFloatArray();
        int i = 0;
        for (String name : scalars.keySet()) {
            numbers.put(name, new Number(values[i++], java.util.Objects.requireNonNull(joins.get(name))));
        }
        return numbers;
    }

    /**
     * Joins the numbers of a further micro-batch.
     *
     * @param soFar of those before; it takes up the new ones
     * @param more of this one
     */
    public static void join(Map<String, Number> soFar, Map<String, Number> more) {
        more.forEach((name, number) -> soFar.merge(name, number, Number::with));
    }
}
