package org.rft4j.rewards.group;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * 1 for the answer that most of the group gave, 0 for the others; no reference needed. Of equally frequent answers the one that
 * came first wins.
 *
 * <p>TTRL and MM-UPT. Difference from their code: "no answer" cannot win the vote.
 *
 * @param clusters how answers are told apart
 */
public record MajorityVote(AnswerClusters clusters) implements GroupReward {
    @Override
    public List<Score> score(List<RewardSample> group) {
        int[] of = clusters.of(group);
        int[] sizes = AnswerClusters.sizes(of);
        int winner = AnswerClusters.NONE;
        for (int c = 0; c < sizes.length; c++) {
            winner = winner == AnswerClusters.NONE || sizes[c] > sizes[winner] ? c : winner;
        }
        List<Score> scores = new ArrayList<>(of.length);
        for (int cluster : of) {
            boolean won = cluster != AnswerClusters.NONE && cluster == winner;
            double share = winner == AnswerClusters.NONE ? 0 : (double) sizes[winner] / of.length;
            scores.add(Score.of(won).withComponent("majorityShare", share));
        }
        return scores;
    }

    @Override
    public String name() {
        return "majorityVote";
    }
}
