package org.rft4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/**
 * Recording and running gradients of ordinary NDArray maths. Gradients add up on the arrays that require them
 * ({@link NDArray#setRequiresGradient}) and are read with {@link NDArray#getGradient}. Unlike DJL's own collector this
 * nests, may be used by several threads, and takes a gradient to start from.
 */
public final class Autograd {
    private Autograd() {}

    /** Recording is on until this is closed; then the thread's earlier mode returns. */
    public static final class Recording implements AutoCloseable {
        private final boolean before = JniUtils.isGradMode();

        private Recording() {
            JniUtils.setGradMode(true);
        }

        @Override
        public void close() {
            JniUtils.setGradMode(before);
        }
    }

    /**
     * Starts recording on this thread.
     *
     * @return a handle that stops it
     */
    public static Recording record() {
        return new Recording();
    }

    /**
     * Gives an array that requires gradients a gradient of zeros, if none has arrived yet. Programs that read or add to
     * gradients need that: TorchScript takes an undefined gradient for a tensor and fails on it.
     *
     * @param array any array; one that requires no gradient is left alone
     */
    public static void defineGradient(NDArray array) {
        if (!array.hasGradient()) {
            return;
        }
        NDArray existing = JniUtils.getGradient((PtNDArray) array);
        if (existing != null) {
            existing.close();
            return;
        }
        // Autograd converts it to the array's own type, which DJL may not be able to make.
        try (NDArray zeros = array.getManager().zeros(array.getShape(), DataType.FLOAT32, array.getDevice())) {
            backward(array, zeros);
        }
        try (NDArray arrived = JniUtils.getGradient((PtNDArray) array)) {
            Check.that(
                    arrived != null,
                    "array that requires gradients",
                    "computed from others",
                    "must be a weight of its own, or its gradient goes on to where it came from",
                    "call duplicate() outside of Autograd.record(), then setRequiresGradient(true)");
        }
    }

    /**
     * The gradient that has arrived at an array.
     *
     * @param array one that requires gradients
     * @return its gradient; null if none has arrived
     */
    public static @Nullable NDArray gradientOf(NDArray array) {
        return JniUtils.getGradient((PtNDArray) array);
    }

    /**
     * Runs gradients back from a scalar.
     *
     * @param loss a recorded scalar
     */
    public static void backward(NDArray loss) {
        Check.that(
                loss.size() == 1,
                "loss",
                "an array of shape " + loss.getShape(),
                "must be a scalar",
                "reduce it, or pass the gradient to start from");
        try (NDArray one = loss.getManager().ones(loss.getShape(), DataType.FLOAT32, loss.getDevice())) {
            backward(loss, one);
        }
    }

    /**
     * Runs gradients back from an array, starting with a given gradient, and drops the recorded graph.
     *
     * @param target a recorded array
     * @param gradient the gradient of the loss with respect to it, of the same shape
     */
    public static void backward(NDArray target, NDArray gradient) {
        Shapes.require(gradient, "gradient", target.getShape().getShape());
        Shapes.requireSameDevice(gradient, "gradient", target);
        try {
            JniUtils.backward((PtNDArray) target, (PtNDArray) gradient, false, false);
        } catch (ai.djl.engine.EngineException e) {
            throw new EngineException(
                    "Gradients cannot run back from this array: " + e.getMessage()
                            + ". Way out: compute it inside Autograd.record() from arrays that require gradients, and run"
                            + " back only once",
                    e);
        }
    }
}
