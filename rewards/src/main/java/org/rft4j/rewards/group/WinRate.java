package org.rft4j.rewards.group;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * How often a completion is preferred to the others of its group: the mean over its peers. Every pair is compared once.
 *
 * @param name what metrics call it
 * @param comparison tells two completions apart
 */
public record WinRate(String name, Comparison comparison) implements GroupReward {
    /** Compares two completions of the same task. */
    @FunctionalInterface
    public interface Comparison {
        /**
         * Compares.
         *
         * @param one a completion
         * @param other another
         * @return how much the first is preferred: 1 wholly, 0.5 not at all, 0 the other is
         * @throws Exception whatever goes wrong; the group's score fails
         */
        double preference(RewardSample one, RewardSample other) throws Exception;
    }

    @Override
    public List<Score> score(List<RewardSample> group) throws Exception {
        double[] wins = new double[group.size()];
        for (int i = 0; i < wins.length; i++) {
            for (int j = i + 1; j < wins.length; j++) {
                double preference = comparison.preference(group.get(i), group.get(j));
                Check.that(
                        preference >= 0 && preference <= 1,
                        "preference",
                        preference,
                        "must be between 0 and 1",
                        "map the judge's verdict to 1, 0.5 or 0");
                wins[i] += preference;
                wins[j] += 1 - preference;
            }
        }
        List<Score> scores = new ArrayList<>(wins.length);
        for (double won : wins) {
            scores.add(
                    wins.length > 1
                            ? Score.of(won / (wins.length - 1))
                            : Score.notApplicable("a group of one has nobody to compare with"));
        }
        return scores;
    }
}
