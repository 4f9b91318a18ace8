package org.rft4j.algorithms.critique;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;

/** Episodes of a prompt 1 2, and turns of two tokens with observations between them. */
final class Episodes {
    private Episodes() {}

    /** The turn k of sample n is {@code 100 n + 10 k + 10} and the token after it. Its reward is the environment's. */
    static ScoredTrajectory episode(int sample, Score score, long[] observation, double... turnRewards) {
        List<Long> ids = new ArrayList<>(List.of(1L, 2L));
        List<Boolean> trained = new ArrayList<>(List.of(false, false));
        List<Turn> turns = new ArrayList<>();
        for (int k = 0; k < turnRewards.length; k++) {
            if (k > 0) {
                Arrays.stream(observation).forEach(id -> {
                    ids.add(id);
                    trained.add(false);
                });
            }
            turns.add(new Turn(ids.size(), 2, "turn", StopReason.END_TOKEN, turnRewards[k], 0));
            for (int t = 0; t < 2; t++) {
                ids.add(100L * sample + 10L * k + 10 + t);
                trained.add(true);
            }
        }
        boolean[] mask = new boolean[ids.size()];
        float[] logProbs = new float[mask.length];
        for (int t = 0; t < mask.length; t++) {
            mask[t] = trained.get(t);
            logProbs[t] = mask[t] ? -t : 0;
        }
        long[] tokens = ids.stream().mapToLong(id -> id).toArray();
        Trajectory trajectory = new Trajectory(
                SampleKey.of("t", sample),
                TaskRecord.of("t", "?"),
                new TokenTrace(tokens, mask, logProbs, 2),
                turns,
                List.of(),
                EndReason.DONE,
                List.of(),
                Optional.empty());
        return new ScoredTrajectory(trajectory, score);
    }

    /** An answer and a refinement, with rewards of each. */
    static ScoredTrajectory refined(int sample, double answer, double refinement) {
        return episode(sample, Score.of(refinement), new long[] {3, 4, 5}, answer, refinement);
    }

    static TrajectoryGroup group(ScoredTrajectory... members) {
        return new TrajectoryGroup(List.of(members));
    }
}
