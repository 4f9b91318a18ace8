package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.InvalidInputException;

class TrainingSequenceTest {
    /** Prompt 1 2, first turn 3 4, observation 5, second turn 6 7 8, of which 7 was forced. */
    private static final Trajectory EPISODE = new Trajectory(
            SampleKey.of("t", 0),
            TaskRecord.of("t", "1+1?"),
            new TokenTrace(
                    new long[] {1, 2, 3, 4, 5, 6, 7, 8},
                    new boolean[] {false, false, true, true, false, true, false, true},
                    new float[] {0, 0, -1, -2, 0, -3, 0, -4},
                    new int[] {0, 0, 11, 12, 0, 13, 0, 14},
                    2),
            List.of(new Turn(2, 2, "a", StopReason.END_TOKEN, 0, 0), new Turn(5, 3, "b", StopReason.END_TOKEN, 1, 0)),
            List.of(),
            EndReason.DONE,
            List.of(),
            Optional.empty());

    @Test
    void theFirstTurnAloneEndsWhereItEnds() {
        TrainingSequence first = TrainingSequence.turn(EPISODE, 0);
        assertThat(first.ids()).containsExactly(1, 2, 3, 4);
        assertThat(first.trained()).containsExactly(false, false, true, true);
        assertThat(first.turnStarts()).containsExactly(2);
        assertThat(first.supportSizes()).containsExactly(0, 0, 11, 12);
        assertThat(first.samplerLogProbs())
                .hasValueSatisfying(said -> assertThat(said).containsExactly(0, 0, -1, -2));
    }

    @Test
    void aLaterTurnAloneKeepsWhatThePolicySawBeforeIt() {
        TrainingSequence second = TrainingSequence.turn(EPISODE, 1);
        assertThat(second.ids()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(second.trained()).containsExactly(false, false, false, false, false, true, false, true);
        assertThat(second.turnStarts()).containsExactly(5);
        assertThat(second.supportSizes()).containsExactly(0, 0, 0, 0, 0, 13, 0, 14);
        assertThat(second.samplerLogProbs())
                .hasValueSatisfying(said -> assertThat(said).containsExactly(0, 0, 0, 0, 0, -3, 0, -4));
    }

    @Test
    void aSwappedTurnForgetsWhatWasSaidUnderAnotherPrompt() {
        TrainingSequence swapped = TrainingSequence.underFirstPrompt(EPISODE, 1);
        assertThat(swapped.ids()).containsExactly(1, 2, 6, 7, 8);
        assertThat(swapped.trained()).containsExactly(false, false, true, false, true);
        assertThat(swapped.turnStarts()).containsExactly(2);
        assertThat(swapped.supportSizes()).containsOnly(0).hasSize(5);
        assertThat(swapped.samplerLogProbs()).isEmpty();
    }

    @Test
    void aTurnThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> TrainingSequence.turn(EPISODE, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("turn that is trained alone was 2, must be one of the episode's 2; number turns from 0");
        assertThatThrownBy(() -> TrainingSequence.underFirstPrompt(EPISODE, -1))
                .hasMessage("turn of a prompt swap was -1, must be one of the episode's 2; number turns from 0");
    }
}
