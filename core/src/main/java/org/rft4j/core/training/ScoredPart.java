package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.loss.ModelOutputs;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.ActorCriticScores;
import org.rft4j.core.policy.Comparison;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.RewardScores;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;

/** A scored micro-batch: what a model says, what stands beside it without a gradient, and the way back. */
record ScoredPart(ModelOutputs outputs, Map<TokenColumn, NDArray> columns, WayBack wayBack) {
    /** What is wanted besides log-probs, of those who can say it. */
    record Wanted(boolean squareSums, Optional<Comparison> comparison) {}

    /** Takes gradients with respect to what the model says to its parameters. */
    interface WayBack {
        void run(ModelOutputs gradients);
    }

    static ScoredPart of(Policy policy, TokenBatch batch, PolicyScoreOptions options, Wanted wanted, NDManager scope) {
        PolicyScores scores = wanted.comparison().isPresent()
                ? policy.score(batch, options, wanted.comparison().get(), scope)
                : policy.score(batch, options, scope);
        return new ScoredPart(
                new ModelOutputs(
                        scores.logProbs(),
                        options.entropy() ? scores.entropies() : null,
                        null,
                        wanted.comparison().isPresent() ? scores.divergences() : null),
                wanted.squareSums() ? Map.of(TokenColumn.LOG_SQUARE_SUM, scores.logSquareSums()) : Map.of(),
                gradients -> scores.backward(gradients.logProbs(), gradients.entropies(), gradients.divergences()));
    }

    static ScoredPart of(ActorCriticScores scores, PolicyScoreOptions options) {
        return new ScoredPart(
                new ModelOutputs(
                        scores.logProbs(), options.entropy() ? scores.entropies() : null, scores.values(), null),
                Map.of(),
                gradients -> scores.backward(
                        gradients.logProbs(),
                        gradients.entropies(),
                        gradients.values() == null ? scores.values().zerosLike() : gradients.values()));
    }

    /** Rewards stand at the last token of each text, which must be the only one that is trained. */
    static ScoredPart of(RewardScores scores, TokenBatch batch, NDManager scope) {
        requireLastAlone(batch);
        NDArray mask = batch.mask(scope);
        NDArray values = mask.mul(scores.rewards().reshape(batch.sequences(), 1));
        return new ScoredPart(new ModelOutputs(mask.zerosLike(), null, values, null), Map.of(), gradients -> {
            NDArray ofValues = gradients.values();
            Check.that(
                    ofValues != null,
                    "loss of a model of rewards",
                    "one that does not look at the rewards",
                    "must depend on them, log-probs are all 0 here",
                    "train it with a loss of rewards, such as BradleyTerry");
            scores.backward(Objects.requireNonNull(ofValues).mul(mask).sum(new int[] {1}));
        });
    }

    private static void requireLastAlone(TokenBatch batch) {
        for (int n = 0; n < batch.sequences(); n++) {
            for (int t = 0; t < batch.length(n) - 1; t++) {
                Check.that(
                        !batch.isScored(n, t),
                        "token " + t + " of a text of " + batch.length(n) + " tokens",
                        "trained",
                        "must not be: a model of rewards trains the last token of each text alone",
                        "encode examples with TrainedTokens.LAST");
            }
        }
    }

    /** Copies of what the model says, from which a loss's gradients can be read. */
    ModelOutputs leaves() {
        return new ModelOutputs(
                leaf(outputs.logProbs()),
                leafOrNull(outputs.entropies()),
                leafOrNull(outputs.values()),
                leafOrNull(outputs.divergences()));
    }

    private static @Nullable NDArray leafOrNull(@Nullable NDArray scores) {
        return scores == null ? null : leaf(scores);
    }

    private static NDArray leaf(NDArray scores) {
        NDArray leaf = scores.duplicate();
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** Runs the loss's gradient back, unless it is not finite: then nothing happens, and this says false. */
    boolean backward(ModelOutputs leaves, boolean policyLearns) {
        NDArray ofLogProbs = gradient(leaves.logProbs());
        NDArray ofEntropies = leaves.entropies() == null ? null : Autograd.gradientOf(leaves.entropies());
        NDArray ofValues = leaves.values() == null ? null : Autograd.gradientOf(leaves.values());
        NDArray ofDivergences = leaves.divergences() == null ? null : Autograd.gradientOf(leaves.divergences());
        if (!finite(ofLogProbs) || !finite(ofEntropies) || !finite(ofValues) || !finite(ofDivergences)) {
            return false;
        }
        wayBack.run(
                policyLearns
                        ? new ModelOutputs(ofLogProbs, ofEntropies, ofValues, ofDivergences)
                        : new ModelOutputs(ofLogProbs.zerosLike(), null, ofValues, null));
        return true;
    }

    /** A sum is finite where all its terms are, short of an overflow, which would be one soon after. */
    private static boolean finite(@Nullable NDArray gradient) {
        return gradient == null || Float.isFinite(gradient.sum().getFloat());
    }

    private static NDArray gradient(NDArray leaf) {
        NDArray found = Autograd.gradientOf(leaf);
        return found == null ? leaf.zerosLike() : found;
    }
}
