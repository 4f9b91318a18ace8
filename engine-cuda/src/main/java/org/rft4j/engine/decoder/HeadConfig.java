package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * The map from hidden states to logits.
 *
 * @param tied whether it is the embedding matrix
 * @param bias whether it has a bias
 * @param softcap cap c of logits, c tanh(logit / c); 0 = none
 */
public record HeadConfig(boolean tied, boolean bias, double softcap) {
    /** The embedding matrix and nothing else. */
    public static final HeadConfig TIED = new HeadConfig(true, false, 0);

    /** A matrix of its own and nothing else. */
    public static final HeadConfig UNTIED = new HeadConfig(false, false, 0);

    public HeadConfig {
        Check.that(
                softcap >= 0 && Double.isFinite(softcap),
                "softcap of logits",
                softcap,
                "must be finite and at least 0",
                "use 0 for none");
    }

    /**
     * The same with a matrix of its own.
     *
     * @return a new configuration
     */
    public HeadConfig untied() {
        return new HeadConfig(false, bias, softcap);
    }
}
