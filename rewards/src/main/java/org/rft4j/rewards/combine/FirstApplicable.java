package org.rft4j.rewards.combine;

import java.util.List;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * The first of several rewards that has something to say: one reward for a mixture of tasks. Those behind it are not asked.
 *
 * @param name what metrics call it
 * @param parts in the order in which they are asked
 */
public record FirstApplicable(String name, List<Reward> parts) implements Reward {
    /** Checks and copies the parts. */
    public FirstApplicable {
        parts = CollectedParts.require(parts);
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        CollectedParts said = new CollectedParts();
        for (Reward part : parts) {
            Score score = part.score(sample);
            said.add(part.name(), score);
            if (score.applicable()) {
                said.addTurnsAndTokens(part.name(), score, 1);
                return said.scored(score.value());
            }
        }
        return said.notApplicable("no part of " + name + " is applicable");
    }
}
