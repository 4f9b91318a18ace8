package org.rft4j.algorithms.iterated;

import java.util.List;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * All samples with their rewards, those of a group in one unit: for losses that compare them, such as CoPG, PRDP and Kimi's.
 *
 * <p>Groups of equal rewards stay, since they too are pulled to the reference ({@code selection/ties} counts them). A group with fewer than
 * two usable samples is left out ({@code selection/missing}), as is what is not usable ({@code selection/unusable}, as in {@link
 * BestWorstPair}). Threads may share it.
 *
 * @param column where the loss looks for the reward
 */
public record WholeGroups(TokenColumn column) implements ExampleArrangement<TrajectoryGroup> {
    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        Choice choice = new Choice(groups.size(), "ties", "missing");
        for (TrajectoryGroup group : groups) {
            List<ScoredTrajectory> usable = choice.usable(group);
            if (usable.size() < 2) {
                choice.count("missing", 1);
                continue;
            }
            double first = Choice.reward(usable.get(0));
            boolean equal = usable.stream().allMatch(one -> Choice.reward(one) == first);
            choice.count("ties", equal ? 1 : 0);
            choice.unit(usable.stream()
                    .map(one -> Choice.row(one).withNumber(column, Choice.reward(one)))
                    .toList());
        }
        return choice.arranged();
    }
}
