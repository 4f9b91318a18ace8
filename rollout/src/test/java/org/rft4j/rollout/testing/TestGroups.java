package org.rft4j.rollout.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
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

/** Groups without a model: one prompt token and as many new tokens as the test says. */
public final class TestGroups {
    private TestGroups() {}

    /**
     * A group of one-turn episodes.
     *
     * @param task what it is about
     * @param round of the keys, and version of the policy
     * @param newTokens of each member
     * @param rewards one for each member
     * @return the group
     */
    public static TrajectoryGroup group(TaskRecord task, long round, int newTokens, double... rewards) {
        List<ScoredTrajectory> members = new ArrayList<>();
        for (int i = 0; i < rewards.length; i++) {
            members.add(new ScoredTrajectory(trajectory(task, round, i, newTokens), Score.of(rewards[i])));
        }
        return new TrajectoryGroup(members);
    }

    private static Trajectory trajectory(TaskRecord task, long round, int sample, int newTokens) {
        long[] ids = new long[1 + newTokens];
        boolean[] trained = new boolean[ids.length];
        float[] logProbs = new float[ids.length];
        for (int t = 1; t < ids.length; t++) {
            ids[t] = (long) t + sample;
            trained[t] = true;
            logProbs[t] = -1f / (t + sample);
        }
        return new Trajectory(
                new SampleKey(round, task.id(), sample, 0),
                task,
                new TokenTrace(ids, trained, logProbs, 1),
                List.of(new Turn(1, newTokens, "text", StopReason.END_TOKEN, 0, round)),
                List.of(ChatMessage.assistant("text")),
                EndReason.DONE,
                List.of(),
                Optional.empty());
    }
}
