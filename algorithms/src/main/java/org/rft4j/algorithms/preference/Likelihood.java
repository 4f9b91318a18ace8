package org.rft4j.algorithms.preference;

import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * The negative log-likelihood of an answer, beside the loss of pairs: CPO's and RPO's {@code alpha}, half of ORPO, TPO's gold answers, TRL's loss
 * {@code sft}.
 *
 * @param weight how much it counts
 * @param target of which row
 * @param average how token losses of the target rows become one number. TRL takes the mean over all tokens ({@link Aggregation.TokenMean}), of a
 *     micro-batch there and of the optimiser step here; "Iterative Reasoning Preference Optimization" (arXiv 2404.19733) the mean over answers of
 *     the mean over their tokens ({@link Aggregation.SequenceMeanTokenMean})
 */
public record Likelihood(double weight, Target target, RowWeights average) {
    /** Which row of a unit is made likely. */
    public enum Target {
        /** The chosen answer. Units are [chosen, rejected]. */
        CHOSEN(0, 2, false),
        /**
         * The chosen answer and the prompt before it, as TRL's ORPO has it. Units are [chosen, rejected], the trained tokens of the chosen row
         * include the prompt, and {@link TokenColumn#RESPONSE} tells them apart.
         */
        PROMPT_AND_CHOSEN(0, 2, true),
        /** A third answer, better than both. Units are [chosen, rejected, gold]. */
        GOLD(2, 3, false);

        private final int position;
        private final int rows;
        private final boolean prompt;

        Target(int position, int rows, boolean prompt) {
            this.position = position;
            this.rows = rows;
            this.prompt = prompt;
        }

        int rows() {
            return rows;
        }

        private int[] select(int[] trainedTokens) {
            int[] selected = new int[trainedTokens.length / rows];
            for (int unit = 0; unit < selected.length; unit++) {
                selected[unit] = trainedTokens[unit * rows + position];
            }
            return selected;
        }

        private double[] scatter(double[] selected, int all) {
            double[] scattered = new double[all];
            for (int unit = 0; unit < selected.length; unit++) {
                scattered[unit * rows + position] = selected[unit];
            }
            return scattered;
        }

        private void requireRows(LossInput input) {
            boolean tellsPrompt = input.has(TokenColumn.RESPONSE);
            Check.that(
                    tellsPrompt == prompt,
                    "column '" + TokenColumn.RESPONSE.name() + "'",
                    tellsPrompt ? "there" : "absent",
                    prompt
                            ? "must tell prompt and response apart, as the likelihood is that of both"
                            : "must be absent, as the likelihood is that of responses alone",
                    prompt
                            ? "train prompts too, or take Target.CHOSEN"
                            : "train responses alone, or take PROMPT_AND_CHOSEN");
        }
    }

    /** Checks the weight. */
    public Likelihood {
        Check.that(
                weight > 0 && Double.isFinite(weight),
                "weight of the likelihood",
                weight,
                "must be finite and above 0",
                "leave out what does not count");
    }

    /**
     * The mean over all tokens of the target rows, as TRL takes it.
     *
     * @param weight how much it counts
     * @param target of which row
     * @return the term
     */
    public static Likelihood of(double weight, Target target) {
        return new Likelihood(weight, target, new Aggregation.TokenMean());
    }

    RowWeights weights() {
        return counts -> target.scatter(average.of(target.select(counts)), counts.length);
    }

    void requireRows(LossInput input) {
        target.requireRows(input);
    }
}
