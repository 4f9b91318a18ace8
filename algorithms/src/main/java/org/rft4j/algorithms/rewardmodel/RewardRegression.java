package org.rft4j.algorithms.rewardmodel;

import ai.djl.ndarray.NDArray;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/**
 * A model of rewards learns the number that each text has: {@code loss = mean over texts of (r - y)^2}.
 *
 * <p>That is one attribute of the regression stage of directional preference alignment (arXiv 2402.18571); several attributes take a model each.
 * With texts that are prompts alone, and the logistic function of the reward of one answer of the reference as their number, it is the value stage
 * of A-LoL (arXiv 2305.14718), whose head is a small attention over the frozen body where this one is a linear map of the last token.
 *
 * <p>Rows are texts of which the last token alone is trained, with their number beside it; {@code ExampleRows.completions} arranges them,
 * with an encoder that trains {@code TrainedTokens.LAST}.
 *
 * <p>Metrics: {@code mean_absolute_error}; {@code min_reward}, {@code mean_reward}, {@code max_reward} over all texts.
 *
 * @param target the column of the number
 */
public record RewardRegression(TokenColumn target) implements Objective {
    @Override
    public String name() {
        return "reward-regression";
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE;
    }

    /** Not used: the loss is a mean over texts. */
    @Override
    public RowWeights weights() {
        return new Aggregation.SequenceMeanTokenSum(1);
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray rewards = input.sequenceSums(input.requireValues()); // [B], each trained at one token
        NDArray error = rewards.sub(input.ofSequence(target));
        LossMetrics metrics = new LossMetrics()
                .share(
                        "mean_absolute_error",
                        RewardMetrics.rowMean(input, error.stopGradient().abs()));
        return new LossResult(
                RewardMetrics.rowMean(input, error.square()), RewardMetrics.tell(metrics, input, rewards));
    }
}
