package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/** Functions that are finite, and have finite slopes, where the textbook form overflows. */
final class Stable {
    /** The largest exponent: its exponential is finite in fp32, and so is a thousand times that. TRL clamps there too. */
    static final double LARGEST_EXPONENT = 80;

    private Stable() {}

    /** {@code e^x - 1}, constant above the largest exponent. */
    static NDArray expMinusOne(NDArray x) {
        return x.clip(Double.NEGATIVE_INFINITY, LARGEST_EXPONENT).exp().sub(1);
    }

    /** {@code log(1 - e^a)} of a below 0. As 1 - e^a = tanh(-a/2) (1 + e^a), nothing is subtracted from 1. */
    static NDArray logOneMinusExp(NDArray a) {
        return a.mul(-0.5).tanh().log().add(Activation.softPlus(a));
    }
}
