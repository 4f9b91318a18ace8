package org.rft4j.algorithms.iterated;

import java.util.List;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/**
 * All samples, weighted by {@code min(exp(r / T), most)}: reweighted behaviour cloning, as in "Preference Fine-Tuning of LLMs Should
 * Leverage Suboptimal, On-Policy Data" (arXiv 2404.14367). Each is a unit of its own, with its weight, for a loss of weighted likelihood.
 *
 * <p>Ties have equal weights. A group without a usable sample gives nothing ({@code selection/missing}); what is not usable is left out
 * ({@code selection/unusable}), as in {@link BestWorstPair}. Threads may share it.
 *
 * @param temperature T: infinite weights all alike, small ones the best alone
 * @param most the largest weight, infinite for no bound
 * @param scale what weights are divided by before the bound
 * @param column where the loss looks for the weight
 */
public record RewardWeighted(double temperature, double most, WeightScale scale, TokenColumn column)
        implements ExampleArrangement<TrajectoryGroup> {
    /** Checks the numbers. */
    public RewardWeighted {
        Check.that(
                temperature > 0, "temperature", temperature, "must be above 0", "use 1, or infinity for equal weights");
        Check.that(most > 0, "most", most, "must be above 0", "use infinity for no bound");
    }

    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        Choice choice = new Choice(groups.size(), "missing");
        for (TrajectoryGroup group : groups) {
            List<ScoredTrajectory> usable = choice.usable(group);
            choice.count("missing", usable.isEmpty() ? 1 : 0);
            double[] weights =
                    scale.of(usable.stream().mapToDouble(Choice::reward).toArray(), temperature);
            for (int n = 0; n < weights.length; n++) {
                double weight = Math.min(weights[n], most);
                Check.that(
                        (float) weight < Float.POSITIVE_INFINITY,
                        "weight of reward " + Choice.reward(usable.get(n)) + " at temperature " + temperature,
                        weight,
                        "must be finite in fp32",
                        "raise the temperature, bound weights with most, or divide them with WeightScale.GROUP_MEAN");
                choice.unit(List.of(Choice.row(usable.get(n)).withNumber(column, weight)));
            }
        }
        return choice.arranged();
    }
}
