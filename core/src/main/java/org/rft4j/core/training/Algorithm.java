package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** An objective on what the policy itself has written: it chooses what is trained, and says how much better each token was than expected. */
public interface Algorithm extends Objective {
    /**
     * Chooses what may be trained. As it stands: every episode under its own prompt.
     *
     * @param groups of this round
     * @return rows, those of a group with the same group number
     */
    default List<TrainingRow> arrange(List<TrajectoryGroup> groups) {
        List<TrainingRow> rows = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            for (ScoredTrajectory member : groups.get(g).members()) {
                rows.add(new TrainingRow(TrainingSequence.of(member.trajectory()), g, member.score()));
            }
        }
        return rows;
    }

    /**
     * Computes what stands beside the tokens in training, such as advantages.
     *
     * @param rows what {@link #arrange} chose
     * @param scores what models said of them, as {@link #needs} asked
     * @return columns and which tokens are trained
     */
    Estimate estimate(List<TrainingRow> rows, RowScores scores);
}
