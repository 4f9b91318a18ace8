package org.rft4j.rewards.combine;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.EnsembleRule;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/**
 * Several judges of the same thing, which must share a scale. Members that are not applicable are left out, and so are rewards of turns and of
 * tokens. The variance of the applicable ones is kept as the component {@code variance}. Judges that are models of this process score batches
 * together as {@code org.rft4j.core.rewardmodel.ModelEnsemble}.
 *
 * @param name what metrics call it
 * @param members at least one
 * @param rule what becomes of their values
 */
public record Ensemble(String name, List<Reward> members, EnsembleRule rule) implements Reward {
    /** Checks and copies the members. */
    public Ensemble {
        members = CollectedParts.require(members);
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        CollectedParts said = new CollectedParts();
        List<Double> values = new ArrayList<>();
        for (Reward member : members) {
            Score score = member.score(sample);
            said.add(member.name(), score);
            if (score.applicable()) {
                values.add(score.value());
            }
        }
        if (values.isEmpty()) {
            return said.notApplicable("no member of " + name + " is applicable");
        }
        double[] all = values.stream().mapToDouble(v -> v).toArray();
        return said.scored(rule.of(all)).withComponent("variance", rule.disagreement(all));
    }
}
