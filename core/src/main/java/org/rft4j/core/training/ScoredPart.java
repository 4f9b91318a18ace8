package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.policy.ActorCriticScores;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.engine.Autograd;

/** A scored micro-batch, with a critic or without. */
record ScoredPart(
        NDArray logProbs,
        @Nullable NDArray entropies,
        @Nullable NDArray values,
        WayBack wayBack) {
    /** Takes gradients to the models. */
    interface WayBack {
        void run(NDArray ofLogProbs, @Nullable NDArray ofEntropies, @Nullable NDArray ofValues);
    }

    static ScoredPart of(PolicyScores scores, PolicyScoreOptions options) {
        return new ScoredPart(
                scores.logProbs(),
                options.entropy() ? scores.entropies() : null,
                null,
                (ofLogProbs, ofEntropies, none) -> scores.backward(ofLogProbs, ofEntropies));
    }

    static ScoredPart of(ActorCriticScores scores, PolicyScoreOptions options) {
        return new ScoredPart(
                scores.logProbs(),
                options.entropy() ? scores.entropies() : null,
                scores.values(),
                (ofLogProbs, ofEntropies, ofValues) -> scores.backward(
                        ofLogProbs,
                        ofEntropies,
                        ofValues == null ? scores.values().zerosLike() : ofValues));
    }

    /** A copy of scores from which a loss's gradient can be read. */
    static NDArray leaf(NDArray scores) {
        NDArray leaf = scores.duplicate();
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** Runs the loss's gradient back, unless it is not finite: then nothing happens, and this says false. */
    boolean backward(LossInput input, boolean policyLearns) {
        NDArray ofLogProbs = gradient(input.logProbs());
        NDArray ofEntropies = input.entropies() == null ? null : gradientOrNull(input.entropies());
        NDArray ofValues = input.values() == null ? null : gradient(input.values());
        if (!finite(ofLogProbs) || !finite(ofEntropies) || !finite(ofValues)) {
            return false;
        }
        wayBack.run(policyLearns ? ofLogProbs : ofLogProbs.zerosLike(), policyLearns ? ofEntropies : null, ofValues);
        return true;
    }

    /** A sum is finite where all its terms are, short of an overflow, which would be one soon after. */
    private static boolean finite(@Nullable NDArray gradient) {
        return gradient == null || Float.isFinite(gradient.sum().getFloat());
    }

    private static NDArray gradient(NDArray leaf) {
        NDArray found = gradientOrNull(leaf);
        return found == null ? leaf.zerosLike() : found;
    }

    private static @Nullable NDArray gradientOrNull(NDArray leaf) {
        return Autograd.gradientOf(leaf);
    }
}
