package org.rft4j.algorithms.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.TrainingSequence;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;

/**
 * A row as a test says it. Its prompt is one token.
 *
 * @param mask true = trained
 * @param starts where turns begin
 * @param tokens how many each turn has
 * @param group which prompt
 * @param score what it earned
 * @param usable false = the episode broke
 * @param ended false = the last turn was cut off
 * @param refined whether it was drawn with a critique in the prompt
 */
public record RowSpec(
        boolean[] mask,
        int[] starts,
        int[] tokens,
        int group,
        Score score,
        boolean usable,
        boolean ended,
        boolean refined) {
    /**
     * A prompt token and one turn.
     *
     * @param group which prompt
     * @param reward what it earned
     * @param length how many tokens the turn has
     * @return the row
     */
    public static RowSpec answer(int group, double reward, int length) {
        boolean[] mask = new boolean[length + 1];
        Arrays.fill(mask, 1, mask.length, true);
        return new RowSpec(mask, new int[] {1}, new int[] {length}, group, Score.of(reward), true, true, false);
    }

    /**
     * The same row as a refinement.
     *
     * @return a copy
     */
    public RowSpec asRefined() {
        return new RowSpec(mask, starts, tokens, group, score, usable, ended, true);
    }

    /**
     * The same row with another score.
     *
     * @param other what it earned
     * @return a copy
     */
    public RowSpec withScore(Score other) {
        return new RowSpec(mask, starts, tokens, group, other, usable, ended, refined);
    }

    /** What an algorithm gets. */
    TrainingRow row(int number) {
        return new TrainingRow(refined ? refinement(number) : TrainingSequence.of(episode(number)), group, score);
    }

    private Trajectory episode(int number) {
        List<Turn> turns = new ArrayList<>();
        for (int k = 0; k < starts.length; k++) {
            StopReason reason = ended || k + 1 < starts.length ? StopReason.END_TOKEN : StopReason.LENGTH;
            turns.add(new Turn(starts[k], tokens[k], "", reason, 0, 0));
        }
        return trajectory(number, mask, turns);
    }

    /** The turn behind a first answer of a token and a critique of a token. */
    private TrainingSequence refinement(int number) {
        boolean[] longer = new boolean[mask.length + 2];
        longer[1] = true;
        System.arraycopy(mask, 1, longer, 3, mask.length - 1);
        List<Turn> turns = List.of(
                new Turn(1, 1, "", StopReason.END_TOKEN, 0, 0),
                new Turn(3, mask.length - 1, "", ended ? StopReason.END_TOKEN : StopReason.LENGTH, 0, 0));
        return TrainingSequence.underFirstPrompt(trajectory(number, longer, turns), 1);
    }

    private Trajectory trajectory(int number, boolean[] trained, List<Turn> turns) {
        String task = "task " + group;
        long[] ids = new long[trained.length];
        Arrays.setAll(ids, t -> t + 1);
        return new Trajectory(
                SampleKey.of(task, number),
                TaskRecord.of(task, "?"),
                new TokenTrace(ids, trained, new float[ids.length], 1),
                turns,
                List.of(),
                usable ? EndReason.DONE : EndReason.ENVIRONMENT_FAILED,
                List.of(),
                Optional.empty());
    }
}
