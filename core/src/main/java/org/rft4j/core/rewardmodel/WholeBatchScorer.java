package org.rft4j.core.rewardmodel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;

/**
 * Asks a reward that scores each text by itself about all groups of a batch at once.
 *
 * @param reward the reward
 * @param state what a resumed run must have as it was
 */
record WholeBatchScorer(GroupReward reward, JsonNode state) implements RewardScorer {
    @Override
    public Scored score(List<List<RewardSample>> groups, long round) throws InterruptedException {
        List<Score> all = ask(groups.stream().flatMap(List::stream).toList());
        List<List<Score>> ofGroups = new ArrayList<>();
        int from = 0;
        for (List<RewardSample> group : groups) {
            ofGroups.add(all.subList(from, from + group.size()));
            from += group.size();
        }
        return new Scored(ofGroups, tally(all).metrics(reward.name()));
    }

    private List<Score> ask(List<RewardSample> samples) throws InterruptedException {
        try {
            return reward.score(samples);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new EngineException("Reward '" + reward.name() + "' failed: " + e, e);
        }
    }

    private static RewardTally tally(List<Score> scores) {
        List<Double> values = new ArrayList<>();
        int failed = 0;
        for (Score score : scores) {
            if (score.applicable()) {
                values.add(score.value());
            } else if (score.diagnostics().containsKey(RewardTally.FAILED)) {
                failed++;
            }
        }
        return new RewardTally(values, scores.size() - values.size() - failed, failed, 0);
    }

    @Override
    public void restore(JsonNode saved) {
        Check.that(
                saved.equals(state),
                "state of reward '" + reward.name() + "'",
                saved,
                "must be " + state + ", which it would go on with",
                "go on with the members and scales of the saved run; RewardScales.read takes up scales that were written");
    }
}
