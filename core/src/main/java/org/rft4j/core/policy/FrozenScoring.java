package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;

/** Scoring without a way back. */
final class FrozenScoring {
    private FrozenScoring() {}

    static ReferenceScores score(Decoder decoder, TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        Placement placement = options.layout().place(batch);
        try (NDManager work = scope.newSubManager()) {
            NDArray hidden = decoder.forward(placement.input(batch), ActivationMemory.KEEP_NOTHING, work)
                    .hidden();
            HeadScores scores = HeadScores.of(decoder.head(), hidden, batch, placement, options, work);
            scores.logProbs().attach(scope);
            NDArray entropies = scores.entropies();
            if (entropies != null) {
                entropies.attach(scope);
            }
            return new ReferenceScores(scores.logProbs(), entropies);
        }
    }
}
