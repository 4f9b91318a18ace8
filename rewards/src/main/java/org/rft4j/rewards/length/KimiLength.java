package org.rft4j.rewards.length;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * Length relative to the group: from 0.5 for its shortest to -0.5 for its longest completion; a wrong one is never rewarded for being
 * short. 0 where all are equally long, not applicable where the outcome is not. To be added to the outcome, with a weight that warms up.
 *
 * <p>Kimi k1.5 (arXiv 2501.12599), section 2.3.3.
 *
 * @param outcome tells right from wrong: right from {@code rightFrom} on
 * @param rightFrom the outcome's value from which on a completion is right
 * @param unit what lengths are counted in
 */
public record KimiLength(Reward outcome, double rightFrom, LengthUnit unit) implements GroupReward {
    @Override
    public List<Score> score(List<RewardSample> group) throws Exception {
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (RewardSample sample : group) {
            shortest = Math.min(shortest, unit.of(sample));
            longest = Math.max(longest, unit.of(sample));
        }
        List<Score> scores = new ArrayList<>(group.size());
        for (RewardSample sample : group) {
            Score said = outcome.score(sample);
            int length = unit.of(sample);
            double bonus = longest == shortest ? 0 : 0.5 - (double) (length - shortest) / (longest - shortest);
            Score mine = Score.of(said.value() >= rightFrom ? bonus : Math.min(0, bonus));
            scores.add(said.applicable() ? mine.withComponent("length", length) : said);
        }
        return scores;
    }

    @Override
    public String name() {
        return "kimiLength";
    }
}
