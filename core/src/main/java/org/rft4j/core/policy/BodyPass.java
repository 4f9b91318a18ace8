package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderPass;

/** A decoder pass that says before anything is added to gradients whether there is a way back. */
final class BodyPass {
    private final DecoderPass pass;
    private final ActivationMemory memory;
    private boolean spent;

    BodyPass(DecoderPass pass, ActivationMemory memory) {
        this.pass = pass;
        this.memory = memory;
    }

    NDArray hidden() {
        return pass.hidden();
    }

    /** Heads add to their gradients first: a failure after that would leave them wrong. */
    void requireWayBack() {
        Check.that(
                memory != ActivationMemory.KEEP_NOTHING,
                "activation memory",
                memory,
                "must keep something for a way back",
                "score with KEEP_PRODUCTS or RECOMPUTE_LAYERS");
        Check.that(!spent, "scores", "already run back", "must be run back once", "score again");
    }

    void backward(NDArray gradHidden) {
        spent = true;
        pass.backward(gradHidden);
    }
}
