package org.rft4j.rewards.combine;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * Several judges of the same thing, such as reward models that differ by their seed. They must share a scale. Members that are not
 * applicable are left out, and so are rewards of turns and of tokens. The variance of the applicable ones is kept as the component {@code variance}.
 *
 * <p>"Reward Model Ensembles Help Mitigate Overoptimization" (arXiv 2310.02743).
 *
 * @param name what metrics call it
 * @param members at least one
 * @param rule what becomes of their values
 */
public record Ensemble(String name, List<Reward> members, Rule rule) implements Reward {
    /** What becomes of the members' values. */
    public sealed interface Rule {
        /** Their mean. */
        record Mean() implements Rule {}

        /** The least of them: "worst-case optimisation". */
        record WorstCase() implements Rule {}

        /**
         * Their mean less what their variance weighs: "uncertainty-weighted optimisation".
         *
         * @param lambda what the variance weighs; the paper's code takes 0.1 with PPO and 0.5 with best-of-n
         * @param variance which variance: the paper's PPO code takes the unbiased one, its best-of-n code the biased one
         */
        record UncertaintyWeighted(double lambda, Variance variance) implements Rule {
            /** Checks the weight. */
            public UncertaintyWeighted {
                Check.that(lambda >= 0 && Double.isFinite(lambda), "lambda", lambda, "must be at least 0", "use 0.1");
            }
        }
    }

    /** Which variance. */
    public enum Variance {
        /** Divided by n - 1; 0 for a single member. */
        UNBIASED,
        /** Divided by n. */
        BIASED;

        double of(List<Double> values, double mean) {
            double sum = 0;
            for (double value : values) {
                sum += (value - mean) * (value - mean);
            }
            int divisor = this == BIASED ? values.size() : values.size() - 1;
            return divisor == 0 ? 0 : sum / divisor;
        }
    }

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
        double mean = values.stream().mapToDouble(v -> v).sum() / values.size();
        return said.scored(value(values, mean)).withComponent("variance", shown().of(values, mean));
    }

    private double value(List<Double> values, double mean) {
        if (rule instanceof Rule.UncertaintyWeighted weighted) {
            return mean - weighted.lambda() * weighted.variance().of(values, mean);
        }
        if (rule instanceof Rule.WorstCase) {
            return values.stream().mapToDouble(v -> v).min().orElseThrow();
        }
        return mean;
    }

    private Variance shown() {
        return rule instanceof Rule.UncertaintyWeighted weighted ? weighted.variance() : Variance.UNBIASED;
    }
}
