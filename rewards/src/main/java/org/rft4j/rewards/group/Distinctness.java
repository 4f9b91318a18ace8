package org.rft4j.rewards.group;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * The share of the others in the group that gave another answer: 1 for an answer that nobody else gave, 0 where all say the same. A
 * sample without an answer earns 0.
 *
 * @param clusters how answers are told apart
 */
public record Distinctness(AnswerClusters clusters) implements GroupReward {
    @Override
    public List<Score> score(List<RewardSample> group) {
        int[] of = clusters.of(group);
        int[] sizes = AnswerClusters.sizes(of);
        List<Score> scores = new ArrayList<>(of.length);
        for (int cluster : of) {
            if (of.length == 1) {
                scores.add(Score.notApplicable("a group of one has nobody to differ from"));
            } else {
                boolean none = cluster == AnswerClusters.NONE;
                scores.add(Score.of(none ? 0 : (double) (of.length - sizes[cluster]) / (of.length - 1)));
            }
        }
        return scores;
    }

    @Override
    public String name() {
        return "distinctness";
    }
}
