package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;

/** Whether an answer counts as a whole or by its average token. */
public enum Length {
    /** Sums over the tokens of an answer. */
    SUM {
        @Override
        NDArray of(NDArray sums, NDArray lengths) {
            return sums;
        }
    },

    /** Sums divided by how many tokens the answer has. */
    MEAN {
        @Override
        NDArray of(NDArray sums, NDArray lengths) {
            return sums.div(lengths);
        }
    };

    abstract NDArray of(NDArray sums, NDArray lengths);
}
