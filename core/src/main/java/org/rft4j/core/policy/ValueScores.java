package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;

/** A critic's values of a batch on [N,T], and the way back. */
public final class ValueScores {
    private final BodyPass pass;
    private final HeadValues values;

    ValueScores(BodyPass pass, HeadValues values) {
        this.pass = pass;
        this.values = values;
    }

    /**
     * The values.
     *
     * @return [N,T] fp32, 0 at tokens that are not scored
     */
    public NDArray values() {
        return values.values();
    }

    /**
     * Runs gradients back through head and body; those of the parameters add up. Can be done once.
     *
     * @param gradValues [N,T] fp32, the loss's gradient with respect to the values; only scored tokens count
     */
    public void backward(NDArray gradValues) {
        pass.requireWayBack();
        try (NDArray gradHidden = values.backward(values.toCells(gradValues))) {
            pass.backward(gradHidden);
        }
    }
}
