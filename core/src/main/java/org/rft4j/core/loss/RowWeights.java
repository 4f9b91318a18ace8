package org.rft4j.core.loss;

/**
 * How the losses of tokens become the loss of an optimiser step: a weight for each token, so that the loss is the sum of all tokens' losses
 * times their weights. The weights of all micro-batches are computed together, which makes the loss independent of how they are split.
 */
@FunctionalInterface
public interface RowWeights {
    /**
     * The weights.
     *
     * @param trainedTokens how many trained tokens each sequence of the optimiser step has
     * @return for each sequence the weight of each of its trained tokens; 0 for those without any
     */
    double[] of(int[] trainedTokens);
}
