package org.rft4j.core.training;

import java.util.Optional;
import org.rft4j.engine.Check;

/**
 * What models said of the rows of a round before any weight changed: for each row a number per token, 0 where it is not trained.
 *
 * @param oldLogProbs under the policy; empty where nobody needs them
 * @param referenceLogProbs under the reference, likewise
 * @param values of the critic, likewise
 */
public record RowScores(
        Optional<float[][]> oldLogProbs, Optional<float[][]> referenceLogProbs, Optional<float[][]> values) {
    /** Nothing was asked. */
    public static final RowScores NONE = new RowScores(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Log-probs under the policy that must be there.
     *
     * @return [rows][tokens]
     */
    public float[][] requireOldLogProbs() {
        return require(oldLogProbs, "old log-probs", "let needs() ask for OldLogProbs.BEFORE_ESTIMATE");
    }

    /**
     * Log-probs under the reference that must be there.
     *
     * @return [rows][tokens]
     */
    public float[][] requireReferenceLogProbs() {
        return require(referenceLogProbs, "reference log-probs", "let needs() ask for a reference");
    }

    /**
     * Values that must be there.
     *
     * @return [rows][tokens]
     */
    public float[][] requireValues() {
        return require(values, "values", "let needs() ask for a critic");
    }

    private static float[][] require(Optional<float[][]> scores, String what, String wayOut) {
        Check.that(scores.isPresent(), what, "absent", "must be there", wayOut);
        return scores.orElseThrow();
    }
}
