package org.rft4j.algorithms.iterated;

import java.util.List;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * Of each group the best sample: RAFT as its paper has it ("RAFT: Reward rAnked FineTuning", arXiv 2304.06767), and SuperHF (arXiv
 * 2310.16763). Each is a unit of its own, for a loss of likelihood.
 *
 * <p>Of equally good samples the first is taken, also where all are equal or bad ({@code selection/ties} counts the groups with several
 * best ones). A group without a usable sample gives nothing ({@code selection/missing}); what is not usable is left out ({@code
 * selection/unusable}), as in {@link BestWorstPair}. Threads may share it.
 */
public record BestOfGroup() implements ExampleArrangement<TrajectoryGroup> {
    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        Choice choice = new Choice(groups.size(), "ties", "missing");
        for (TrajectoryGroup group : groups) {
            List<ScoredTrajectory> usable = choice.usable(group);
            double best = usable.stream().mapToDouble(Choice::reward).max().orElse(0);
            List<ScoredTrajectory> equal =
                    usable.stream().filter(one -> Choice.reward(one) == best).toList();
            choice.count("missing", equal.isEmpty() ? 1 : 0);
            choice.count("ties", equal.size() > 1 ? 1 : 0);
            equal.stream().limit(1).forEach(one -> choice.unit(List.of(Choice.row(one))));
        }
        return choice.arranged();
    }
}
