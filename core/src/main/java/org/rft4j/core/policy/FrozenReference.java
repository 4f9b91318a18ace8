package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.Decoder;

/** A policy as it was at one moment, or another model. */
public final class FrozenReference implements Reference {
    private final TrainedCopy copy;

    FrozenReference(TrainedCopy copy) {
        this.copy = copy;
    }

    /** Takes over the policy's weights of now: for references that follow it at intervals. */
    public void sync() {
        Check.that(
                !copy.sources().isEmpty(),
                "reference",
                "another model",
                "must be a copy of a policy to be synchronised with it",
                "make it with Reference.copyOf(policy)");
        copy.sync();
    }

    @Override
    public ReferenceScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        return FrozenScoring.score(copy.decoder(), batch, options, scope);
    }

    @Override
    public Decoder decoder() {
        return copy.decoder();
    }

    @Override
    public void close() {
        copy.close();
    }
}
