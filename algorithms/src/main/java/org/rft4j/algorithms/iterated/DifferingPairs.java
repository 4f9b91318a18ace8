package org.rft4j.algorithms.iterated;

import java.util.List;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/**
 * Of each group all pairs whose rewards differ, the better sample chosen: with rewards of right and wrong, every right sample against every
 * wrong one. A group of G samples gives up to G (G - 1) / 2 pairs, and each sample is run once for each of its pairs.
 *
 * <p>Pairs that differ by less than the least gap are left out ({@code selection/ties} counts them). A group with fewer than two usable
 * samples has none ({@code selection/missing}); what is not usable is left out ({@code selection/unusable}), as in {@link BestWorstPair}.
 * Threads may share it.
 *
 * @param leastGap by how much rewards must differ, above 0
 */
public record DifferingPairs(double leastGap) implements ExampleArrangement<TrajectoryGroup> {
    /** Checks the number. */
    public DifferingPairs {
        Check.that(
                leastGap > 0 && Double.isFinite(leastGap),
                "leastGap",
                leastGap,
                "must be finite and above 0",
                "use 1 for rewards of 0 and 1, or a small number");
    }

    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        Choice choice = new Choice(groups.size(), "ties", "missing");
        for (TrajectoryGroup group : groups) {
            List<ScoredTrajectory> usable = choice.usable(group);
            choice.count("missing", usable.size() < 2 ? 1 : 0);
            for (int n = 0; n < usable.size(); n++) {
                for (ScoredTrajectory later : usable.subList(n + 1, usable.size())) {
                    pair(choice, usable.get(n), later);
                }
            }
        }
        return choice.arranged();
    }

    private void pair(Choice choice, ScoredTrajectory one, ScoredTrajectory other) {
        double gap = Choice.reward(one) - Choice.reward(other);
        if (Math.abs(gap) < leastGap) {
            choice.count("ties", 1);
        } else {
            choice.unit(List.of(Choice.row(gap > 0 ? one : other), Choice.row(gap > 0 ? other : one)));
        }
    }
}
