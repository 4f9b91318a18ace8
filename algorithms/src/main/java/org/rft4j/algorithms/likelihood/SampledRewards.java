package org.rft4j.algorithms.likelihood;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.TrainingSequence;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * All samples of each group with their scores as {@link LikelihoodColumns#REWARD}, a group a unit: for {@link RewardWeighted} and {@link Rrhf} on what the
 * policy has written. Tokens are trained as they were sampled.
 *
 * <p>Samples whose score is not applicable, or of which the policy wrote no token, are left out. Metrics: {@code samples_left_out}.
 */
public final class SampledRewards implements ExampleArrangement<TrajectoryGroup> {
    /** The arrangement. It has no state. */
    public SampledRewards() {}

    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        List<ExampleRow> rows = new ArrayList<>();
        int leftOut = 0;
        for (int unit = 0; unit < groups.size(); unit++) {
            for (ScoredTrajectory member : groups.get(unit).members()) {
                TrainingSequence sequence = TrainingSequence.of(member.trajectory());
                ExampleRow row = new ExampleRow(sequence.ids(), sequence.trained(), unit, Map.of());
                if (member.score().applicable() && row.hasTrained()) {
                    rows.add(row.withNumber(
                            LikelihoodColumns.REWARD, member.score().value()));
                } else {
                    leftOut++;
                }
            }
        }
        return new ArrangedRows(rows, Map.of("samples_left_out", (double) leftOut));
    }
}
