package org.rft4j.algorithms.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;

/**
 * A policy that answers one prompt with one of a few texts: a softmax, small enough that expectations are sums and that the best policy is known.
 *
 * @param reference probabilities of the texts under the reference
 * @param rewards of the texts
 * @param beta how much the divergence from the reference costs
 */
public record ToyPolicy(double[] reference, double[] rewards, double beta) {
    /** Five texts. */
    public static final ToyPolicy FIVE =
            new ToyPolicy(new double[] {0.35, 0.25, 0.2, 0.15, 0.05}, new double[] {0, 1, -0.5, 0.4, 0.8}, 0.5);

    private static final double FLAT = 1e-9;

    /**
     * How many texts there are.
     *
     * @return K
     */
    public int texts() {
        return reference.length;
    }

    /**
     * What KL-regularised reinforcement learning ends at: {@code reference exp(reward / beta) / Z}.
     *
     * @return [K] probabilities
     */
    public double[] best() {
        double[] tilted = IntStream.range(0, texts())
                .mapToDouble(k -> reference[k] * Math.exp(rewards[k] / beta))
                .toArray();
        double sum = IntStream.range(0, texts()).mapToDouble(k -> tilted[k]).sum();
        return IntStream.range(0, texts()).mapToDouble(k -> tilted[k] / sum).toArray();
    }

    /**
     * Log-probs of the reference.
     *
     * @return [K]
     */
    public double[] logReference() {
        return IntStream.range(0, texts())
                .mapToDouble(k -> Math.log(reference[k]))
                .toArray();
    }

    /**
     * Goes down a loss from the reference, in float64.
     *
     * @param loss of the policy's log-probs [1,K]: a scalar. Arrays that it makes are best made by {@code getManager()} of those
     * @param stepSize of each step
     * @param steps the most steps; it ends where the slope is next to nothing
     * @return [K] probabilities
     */
    @SuppressWarnings("try") // a recording is closed, not used
    public double[] minimise(UnaryOperator<NDArray> loss, double stepSize, int steps) {
        double[] logits = logReference();
        for (int step = 0; step < steps; step++) {
            try (NativeScope scope = Tensors.scope()) {
                NDArray leaf = Tensors.array(scope.manager(), new double[][] {logits}, DataType.FLOAT64);
                leaf.setRequiresGradient(true);
                try (Autograd.Recording recording = Autograd.record()) {
                    Autograd.backward(loss.apply(leaf.logSoftmax(1)));
                }
                double[] slope = Tensors.host(Objects.requireNonNull(Autograd.gradientOf(leaf)))[0];
                double steepest = 0;
                for (int k = 0; k < logits.length; k++) {
                    logits[k] -= stepSize * slope[k];
                    steepest = Math.max(steepest, Math.abs(slope[k]));
                }
                if (steepest < FLAT) {
                    break;
                }
            }
        }
        double sum = IntStream.range(0, texts())
                .mapToDouble(k -> Math.exp(logits[k]))
                .sum();
        return IntStream.range(0, texts())
                .mapToDouble(k -> Math.exp(logits[k]) / sum)
                .toArray();
    }
}
