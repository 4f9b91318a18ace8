package org.rft4j.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;

class SelectionValuesTest {
    @Test
    void progressIsTheShareOfRounds() {
        assertThat(RunProgress.of(0, 8)).isEqualTo(new RunProgress(0, 0));
        assertThat(RunProgress.of(2, 8)).isEqualTo(new RunProgress(2, 0.25));
        assertThat(RunProgress.of(9, 8)).isEqualTo(new RunProgress(9, 1));
        assertThatThrownBy(() -> new RunProgress(-1, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("round was -1, must be at least 0; count rounds from 0");
        assertThatThrownBy(() -> new RunProgress(0, Double.NaN))
                .hasMessage("fraction of the run was NaN, must be between 0 and 1; "
                        + "divide the round by the number of rounds");
        assertThatThrownBy(() -> RunProgress.of(0, 0))
                .hasMessage("number of rounds was 0, must be positive; say how long the run is");
    }

    @Test
    void tarotsSchedulesAddTiers() {
        RunStages<Set<String>> normal = TierSchedules.tarotNormal();
        assertThat(normal.at(0)).containsExactly("basic");
        assertThat(normal.at(0.2)).containsExactly("basic", "medium");
        assertThat(normal.at(0.399)).containsExactly("basic", "medium");
        assertThat(normal.at(0.4)).containsExactly("basic", "medium", "high");
        assertThat(normal.at(0.6)).containsExactly("basic", "medium", "high", "edge");
        assertThat(normal.at(1)).hasSize(4);
        RunStages<Set<String>> reverse = TierSchedules.tarotReverse();
        assertThat(reverse.at(0.1)).containsExactly("high");
        assertThat(reverse.at(0.3)).containsExactly("high", "edge");
        assertThat(reverse.at(0.5)).containsExactly("high", "edge", "medium");
        assertThat(reverse.at(0.7)).hasSize(4);
        assertThat(TierSchedules.only("edge").at(0)).containsExactly("edge");
        assertThat(TierSchedules.only("edge").at(1)).containsExactly("edge");
        assertThat(normal.map(Set::size).at(0.5)).isEqualTo(3);
        assertThat(normal.indexAt(0.5)).isEqualTo(2);
    }

    @Test
    void stagesFollowEachOtherToTheEnd() {
        assertThatThrownBy(() -> TierSchedules.growing(List.of("a", "b"), 0.5, 0.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("end of a stage was 0.5, must be above that of the one before, 0.5, and at most 1; "
                        + "list the stages in order");
        assertThatThrownBy(() -> TierSchedules.growing(List.of("a", "b"), 0.5, 1.5))
                .hasMessage("end of a stage was 1.5, must be above that of the one before, 0.5, and at most 1; "
                        + "list the stages in order");
        assertThatThrownBy(() -> TierSchedules.growing(List.of("a"), 0.5))
                .hasMessage("end of the last stage was 0.5, must be 1; let it last to the end of the run");
        assertThatThrownBy(() -> new RunStages<>(List.of()))
                .hasMessage("end of the last stage was 0.0, must be 1; let it last to the end of the run");
        assertThatThrownBy(() -> TierSchedules.growing(List.of("a", "b"), 1))
                .hasMessage("number of stages was 1, must be the number of tiers 2; give one end for each tier");
    }

    @Test
    void outcomesCountWhatWasScored() {
        TrajectoryGroup group = new TrajectoryGroup(List.of(
                scored("t", 0, 0, Score.of(1)),
                scored("t", 0, 1, Score.of(0.5)),
                scored("t", 0, 2, Score.of(0.49)),
                scored("t", 0, 3, Score.notApplicable("broken"))));
        assertThat(TaskOutcome.of(group, 0.5)).isEqualTo(new TaskOutcome("t", 3, 2));
        assertThat(new TaskOutcome("t", 3, 2).passRate()).isEqualTo(2 / 3.0);
        assertThat(new TaskOutcome("t", 0, 0).passRate()).isNaN();
        assertThatThrownBy(() -> new TaskOutcome("t", -1, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("samples of task t was -1, must be at least 0; count scored samples");
        assertThatThrownBy(() -> new TaskOutcome("t", 2, 3))
                .hasMessage("successes of task t was 3, must be between 0 and the number of samples 2; "
                        + "count the samples that passed");
    }

    @Test
    void groupsHoldOneTaskAndNoEpisodeTwice() {
        ScoredTrajectory one = scored("t", 0, 0, Score.of(1));
        ScoredTrajectory two = scored("t", 0, 1, Score.notApplicable("x"));
        ScoredTrajectory later = scored("t", 1, 0, Score.of(0.5));
        ScoredTrajectory other = scored("u", 0, 0, Score.of(0));
        List<TrajectoryGroup> groups = TrajectoryGroup.group(List.of(one, other, later, two));
        assertThat(groups)
                .containsExactly(
                        new TrajectoryGroup(List.of(one, two)),
                        new TrajectoryGroup(List.of(other)),
                        new TrajectoryGroup(List.of(later)));
        TrajectoryGroup mixed = new TrajectoryGroup(List.of(one, two, later));
        assertThat(mixed.rewards()).containsExactly(1, 0.5);
        assertThat(mixed.task().id()).isEqualTo("t");
        assertThat(mixed.tokens()).isEqualTo(6);
        assertThat(mixed.policyVersion()).isEqualTo(-1);
        assertThatThrownBy(() -> new TrajectoryGroup(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("group was empty, must have at least one member; leave it out");
        assertThatThrownBy(() -> new TrajectoryGroup(List.of(one, other)))
                .hasMessage("task of a member of a group was u, must be that of the first, t; "
                        + "group trajectories with TrajectoryGroup.group(...)");
        assertThatThrownBy(() -> new TrajectoryGroup(List.of(one, two, one)))
                .hasMessage("number of episodes in a group of 3 was 2, must be that of the members; "
                        + "give each sample of a task a number of its own: equal keys draw equal tokens");
    }

    private static ScoredTrajectory scored(String task, long round, int sample, Score score) {
        TokenTrace trace = new TokenTrace(new long[2], new boolean[2], new float[2], 1);
        return new ScoredTrajectory(
                new Trajectory(
                        new SampleKey(round, task, sample, 0),
                        TaskRecord.of(task, "x"),
                        trace,
                        List.of(),
                        List.of(),
                        EndReason.DONE,
                        List.of(),
                        Optional.empty()),
                score);
    }
}
