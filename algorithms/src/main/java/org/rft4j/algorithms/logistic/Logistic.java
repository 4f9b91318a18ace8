package org.rft4j.algorithms.logistic;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/** The logistic function's logarithm and the loss of it, finite and with finite slopes everywhere. */
public final class Logistic {
    private Logistic() {}

    /**
     * Log of the logistic function.
     *
     * @param z any numbers
     * @return {@code -log(1 + exp(-z))}
     */
    public static NDArray logSigmoid(NDArray z) {
        return Activation.softPlus(z.neg()).neg();
    }

    /**
     * The logistic loss under labels that may be wrong.
     *
     * @param z by how much the labelled answer wins
     * @param epsilon the share of labels that are taken to be wrong
     * @return {@code -(1 - epsilon) log sigmoid(z) - epsilon log sigmoid(-z)}
     */
    public static NDArray smoothed(NDArray z, double epsilon) {
        NDArray right = logSigmoid(z).mul(epsilon - 1);
        return epsilon == 0 ? right : right.sub(logSigmoid(z.neg()).mul(epsilon));
    }
}
