package org.rft4j.algorithms.iterated;

import java.util.List;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/**
 * Of each group the best sample against the worst: online iterative DPO.
 *
 * <p>"RLHF Workflow: From Reward Modeling to Online RLHF" (arXiv 2405.07863), {@code max_min} of the released code, and with a penalty its
 * {@code max_min_p}: samples are compared by {@code reward - penalty * length}.
 *
 * <p>Differences from the released code: the length is that of the trained tokens, there that of the text; the pair stays as the penalised
 * rewards order it, there it is turned round where the plain ones say so, and dropped where those are equal.
 *
 * <p>Of samples that are equally good or bad the first counts. A group whose best is no better than its worst gives no pair ({@code
 * selection/ties}), and one with fewer than two usable samples neither ({@code selection/missing}). Samples that failed, whose reward is
 * not applicable, or that have no trained token are left out ({@code selection/unusable}). Threads may share it.
 *
 * @param lengthPenalty what a trained token costs, 0 for none
 */
public record BestWorstPair(double lengthPenalty) implements ExampleArrangement<TrajectoryGroup> {
    /** Checks the number. */
    public BestWorstPair {
        Check.that(
                lengthPenalty >= 0 && Double.isFinite(lengthPenalty),
                "lengthPenalty",
                lengthPenalty,
                "must be finite and at least 0",
                "use 0 for none");
    }

    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        Choice choice = new Choice(groups.size(), "ties", "missing");
        for (TrajectoryGroup group : groups) {
            List<ScoredTrajectory> usable = choice.usable(group);
            if (usable.size() < 2) {
                choice.count("missing", 1);
                continue;
            }
            ScoredTrajectory best = usable.get(0);
            ScoredTrajectory worst = usable.get(0);
            for (ScoredTrajectory one : usable) {
                best = penalised(one) > penalised(best) ? one : best;
                worst = penalised(one) < penalised(worst) ? one : worst;
            }
            if (penalised(best) > penalised(worst)) {
                choice.unit(List.of(Choice.row(best), Choice.row(worst)));
            } else {
                choice.count("ties", 1);
            }
        }
        return choice.arranged();
    }

    private double penalised(ScoredTrajectory sample) {
        return Choice.reward(sample)
                - lengthPenalty * sample.trajectory().trace().trainedTokens();
    }
}
