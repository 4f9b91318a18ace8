package org.rft4j.rewards.combine;

import java.util.List;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * The product of rewards: all must hold. A part that is not applicable is left out; the product is not applicable where no part is.
 * Rewards of turns and of tokens are not multiplied: they are left out.
 *
 * @param name what metrics call it
 * @param parts at least one, of different names
 */
public record Product(String name, List<Reward> parts) implements Reward {
    /** Checks and copies the parts. */
    public Product {
        parts = CollectedParts.require(parts);
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        CollectedParts said = new CollectedParts();
        double product = 1;
        boolean any = false;
        for (Reward part : parts) {
            Score score = part.score(sample);
            said.add(part.name(), score);
            any |= score.applicable();
            product *= score.applicable() ? score.value() : 1;
        }
        return any ? said.scored(product) : said.notApplicable("no part of " + name + " is applicable");
    }
}
