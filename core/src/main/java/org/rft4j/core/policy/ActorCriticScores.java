package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** Log-probs, entropies and values of a batch on [N,T], and the way back through both. */
public final class ActorCriticScores {
    private final BodyPass pass;
    private final BodyPass valuePass;
    private final HeadScores scores;
    private final HeadValues values;

    ActorCriticScores(BodyPass pass, BodyPass valuePass, HeadScores scores, HeadValues values) {
        this.pass = pass;
        this.valuePass = valuePass;
        this.scores = scores;
        this.values = values;
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
        return PolicyScores.requireEntropies(scores);
    }

    /**
     * Values of the texts from which the tokens were chosen.
     *
     * @return [N,T] fp32, 0 at tokens that are not scored
     */
    public NDArray values() {
        return values.values();
    }

    /**
     * Runs gradients back through heads and bodies; those of the parameters add up. Can be done once.
     *
     * @param gradLogProbs [N,T] fp32, the loss's gradient with respect to the log-probs; only scored tokens count
     * @param gradEntropies [N,T] fp32, likewise for the entropies, or null
     * @param gradValues [N,T] fp32, likewise for the values
     */
    public void backward(NDArray gradLogProbs, @Nullable NDArray gradEntropies, NDArray gradValues) {
        if (gradEntropies != null) {
            PolicyScores.requireEntropies(scores);
        }
        pass.requireWayBack();
        valuePass.requireWayBack();
        // Heads add to gradients: after the first of them nothing may be refused.
        HeadScores.Gradients ofScoreCells = scores.toCells(gradLogProbs, gradEntropies, null);
        NDArray ofValueCells = values.toCells(gradValues);
        try (NDArray ofScores = scores.backward(ofScoreCells);
                NDArray ofValues = values.backward(ofValueCells)) {
            if (pass == valuePass) {
                pass.backward(ofScores.addi(ofValues));
            } else {
                pass.backward(ofScores);
                valuePass.backward(ofValues);
            }
        }
    }
}
