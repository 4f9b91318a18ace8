package org.rft4j.core.reward;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.state.Resumable;

/**
 * Scores whole batches: a single reward, or a panel of rewards with deadlines. One batch at a time, in the thread that asks; what it learns
 * over batches is its {@link #state}.
 */
public interface RewardScorer extends Resumable {
    /** What the names of numbers begin with that another process would not tell again; they count as timings. */
    String OF_PROCESS = "process/";

    /**
     * Scores a batch.
     *
     * @param groups samples of the same task together
     * @param round which batch of the run it is, from 0; what is scheduled goes by it
     * @return a score for each sample, and numbers about the rewards
     * @throws InterruptedException if the thread is interrupted before all scores are there
     */
    Scored score(List<List<RewardSample>> groups, long round) throws InterruptedException;

    /**
     * What came of a batch.
     *
     * @param scores one per sample, in the order of groups and samples; not applicable where the sample must not be trained on
     * @param metrics for each reward those of {@link RewardTally#metrics}
     */
    record Scored(List<List<Score>> scores, Map<String, Double> metrics) {
        /** Copies lists and map. */
        public Scored {
            scores = scores.stream().map(List::copyOf).toList();
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        }
    }

    /**
     * Scores with one reward in the calling thread, a sample after the other and without a deadline. A sample on which the reward throws
     * or gives back null is not applicable, says why under {@code failed} in its diagnostics, and is counted.
     *
     * @param reward scores one completion
     * @return a scorer without a state
     */
    static RewardScorer of(Reward reward) {
        return new SingleRewardScorer(reward);
    }
}
