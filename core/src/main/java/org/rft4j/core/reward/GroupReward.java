package org.rft4j.core.reward;

import java.util.ArrayList;
import java.util.List;

/** Scores all completions of one prompt together: majority vote, length relative to the group, pairwise win rate. */
@FunctionalInterface
public interface GroupReward {
    /**
     * Scores a group.
     *
     * @param group completions of the same task, in order
     * @return one score per completion, in the same order
     * @throws Exception whatever goes wrong; it is counted, and the failure policy of the run decides what becomes of the group
     */
    List<Score> score(List<RewardSample> group) throws Exception;

    /**
     * What metrics call it.
     *
     * @return a short name
     */
    default String name() {
        return "groupReward";
    }

    /**
     * Scores each completion by itself.
     *
     * @param reward scores one completion
     * @return a group reward of that name
     */
    static GroupReward each(Reward reward) {
        return new GroupReward() {
            @Override
            public List<Score> score(List<RewardSample> group) throws Exception {
                List<Score> scores = new ArrayList<>(group.size());
                for (RewardSample sample : group) {
                    scores.add(reward.score(sample));
                }
                return scores;
            }

            @Override
            public String name() {
                return reward.name();
            }
        };
    }
}
