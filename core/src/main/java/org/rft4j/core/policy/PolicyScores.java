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
     * How far the distributions that the tokens were drawn from are from the reference's.
     *
     * @return [N,T] fp32, 0 at tokens that are not scored
     */
    public NDArray divergences() {
        Check.that(
                scores.divergences() != null,
                "divergences",
                "not computed",
                "must be asked for",
                "score with a Comparison");
        return Objects.requireNonNull(scores.divergences());
    }

    /**
     * The logarithm of the sum over all usable tokens of their squared probabilities, under the temperature of the log-probs. Computed when
     * it is asked for, from the hidden states of the same pass; it has no way back.
     *
     * @return [N,T] fp32, 0 at tokens that are not scored
     */
    public NDArray logSquareSums() {
        return scores.logSquareSums();
    }

    /**
     * Runs gradients back through head and body; those of the parameters add up. Can be done once.
     *
     * @param gradLogProbs [N,T] fp32, the loss's gradient with respect to the log-probs; only scored tokens count
     * @param gradEntropies [N,T] fp32, likewise for the entropies, or null
     */
    public void backward(NDArray gradLogProbs, @Nullable NDArray gradEntropies) {
        backward(gradLogProbs, gradEntropies, null);
    }

    /**
     * The same for a loss of divergences too. The reference gets no gradient.
     *
     * @param gradLogProbs [N,T] fp32, the loss's gradient with respect to the log-probs; only scored tokens count
     * @param gradEntropies [N,T] fp32, likewise for the entropies, or null
     * @param gradDivergences [N,T] fp32, likewise for the divergences, or null
     */
    public void backward(NDArray gradLogProbs, @Nullable NDArray gradEntropies, @Nullable NDArray gradDivergences) {
        if (gradEntropies != null) {
            requireEntropies(scores);
        }
        if (gradDivergences != null) {
            divergences();
        }
        pass.requireWayBack();
        try (NDArray gradHidden = scores.backward(scores.toCells(gradLogProbs, gradEntropies, gradDivergences))) {
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
