package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * The norms of a decoder.
 *
 * @param kind which norm
 * @param eps added under its root
 * @param placement where in a layer norms stand
 */
public record NormConfig(Kind kind, double eps, Placement placement) {
    /** Which norm. */
    public enum Kind {
        /** Division by the root mean square, times a weight. */
        RMS,
        /** The same times 1 plus a weight: Gemma. */
        RMS_PLUS_ONE,
        /** Mean and variance, weight and bias. */
        LAYER
    }

    /** Where in a layer norms stand. */
    public enum Placement {
        /** Before attention and before feed-forward. */
        BEFORE,
        /** After each of them, before their results are added: OLMo 2. */
        AFTER,
        /** Before and after: Gemma 2. */
        AROUND,
        /** Before each of them, and both read the layer's input: GPT-NeoX. */
        BEFORE_IN_PARALLEL
    }

    public NormConfig {
        Check.that(eps >= 0 && Double.isFinite(eps), "norm eps", eps, "must be finite and at least 0", "use 1e-5");
    }

    boolean before() {
        return placement != Placement.AFTER;
    }

    boolean after() {
        return placement == Placement.AFTER || placement == Placement.AROUND;
    }
}
