package org.rft4j.algorithms.rewardmodel;

import ai.djl.ndarray.NDArray;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;

/** What TRL's reward trainer tells of rewards. */
final class RewardMetrics {
    private RewardMetrics() {}

    static LossMetrics tell(LossMetrics metrics, LossInput input, NDArray rewards) {
        NDArray constant = rewards.stopGradient(); // [B]
        return metrics.smallest("min_reward", constant.min())
                .share("mean_reward", rowMean(input, constant))
                .largest("max_reward", constant.max());
    }

    /** The share of this micro-batch in a mean over all texts of the optimiser step. */
    static NDArray rowMean(LossInput input, NDArray perRow) {
        return perRow.sum().div(Math.max(1, input.window().rows()));
    }
}
