package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/** A policy's scores of a batch on [N,T], and the way from a loss's gradients to those of the parameters. */
public final class PolicyScores {
    private final BodyPass pass;
    private final HeadScores scores;

    PolicyScores(BodyPass pass, HeadScores scores) {
        this.pass = pass;
        this.scores = scores;
    }

    /**
     * The tokens' log-probabilities.
     *
     * @return [N,T] fp32, 0 at tokens that are not scored
     */
    public NDArray logProbs() {
        return scores.logProbs();
    }

    /**
     * Entropies of the distributions the tokens were drawn from.
     *
     * @return [N,T] fp32, 0 at tokens that are not scored
     */
    public NDArray entropies() {
        return requireEntropies(scores);
    }

    /**
     * Runs gradients back through head and body; those of the parameters add up. Can be done once.
     *
     * @param gradLogProbs [N,T] fp32, the loss's gradient with respect to the log-probs; only scored tokens count
     * @param gradEntropies [N,T] fp32, likewise for the entropies, or null
     */
    public void backward(NDArray gradLogProbs, @Nullable NDArray gradEntropies) {
        if (gradEntropies != null) {
            requireEntropies(scores);
        }
        pass.requireWayBack();
        try (NDArray gradHidden = scores.backward(scores.toCells(gradLogProbs, gradEntropies))) {
            pass.backward(gradHidden);
        }
    }

    static NDArray requireEntropies(HeadScores scores) {
        Check.that(
                scores.entropies() != null,
                "entropies",
                "not computed",
                "must be asked for",
                "score with PolicyScoreOptions.withEntropy()");
        return Objects.requireNonNull(scores.entropies());
    }
}
