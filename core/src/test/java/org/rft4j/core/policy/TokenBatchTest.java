package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.NativeScope;

/** Texts and masks on the host. */
class TokenBatchTest {
    private static final TokenBatch BATCH = TokenBatch.ofResponses(
            List.of(new long[] {5, 6}, new long[] {7}), List.of(new long[] {8}, new long[] {9, 4, 3}));

    @Test
    void scoresResponses() {
        assertThat(BATCH.sequences()).isEqualTo(2);
        assertThat(BATCH.columns()).isEqualTo(4);
        assertThat(BATCH.lengths()).containsExactly(3, 4);
        assertThat(BATCH.scoredTokens()).isEqualTo(4);
        assertThat(BATCH.id(1, 2)).isEqualTo(4);
        try (NativeScope scope = TestEngine.scope()) {
            assertThat(BATCH.mask(scope.manager()).toFloatArray()).containsExactly(0, 0, 1, 0, 0, 1, 1, 1);
        }
    }

    @Test
    void selectsInTheGivenOrder() {
        TokenBatch selected = BATCH.select(List.of(1, 0));
        assertThat(selected.lengths()).containsExactly(4, 3);
        assertThat(BATCH.select(List.of(0)).columns()).isEqualTo(3);
        assertThatThrownBy(() -> BATCH.select(List.of(2)))
                .hasMessage("sequence number was 2, must be at least 0 and below the number of sequences 2;"
                        + " plan micro-batches from this batch's lengths()");
    }

    @Test
    void runsOfScoredTokensAreTurns() {
        boolean[] mask = {false, true, true, false, true, true};
        TokenBatch batch = TokenBatch.of(List.of(new long[6]), List.of(mask));
        assertThat(IntStream.of(1, 2, 4, 5).map(t -> batch.turnStart(0, t))).containsExactly(1, 1, 4, 4);
        TokenBatch told = batch.withTurns(List.of(new int[] {1, 2, 3})).select(List.of(0, 0));
        assertThat(IntStream.of(1, 2, 4, 5).map(t -> told.turnStart(1, t))).containsExactly(1, 2, 3, 3);
        assertThatThrownBy(() -> batch.withTurns(List.of()))
                .hasMessageContaining("number of lists of turns was 0, must be the number of sequences 1");
        assertThatThrownBy(() -> batch.withTurns(List.of(new int[] {2})))
                .hasMessage("first turn of sequence 0 was 2, must begin at or before the first scored token, 1;"
                        + " name the start of every turn");
    }

    @Test
    void trajectoriesKnowTheirTurnsAndSupportSizes() {
        TokenTrace trace = new TokenTrace(
                new long[] {5, 6, 7, 8, 9},
                new boolean[] {false, false, true, true, true},
                new float[5],
                new int[] {0, 0, 3, 0, 300},
                2);
        List<Turn> turns = List.of(
                new Turn(2, 1, "a", StopReason.END_TOKEN, 0, 1), new Turn(3, 2, "b", StopReason.END_TOKEN, 0, 1));
        Trajectory trajectory = new Trajectory(
                SampleKey.of("task", 0),
                TaskRecord.of("task", "p"),
                trace,
                turns,
                List.of(),
                EndReason.DONE,
                List.of(),
                Optional.empty());
        TokenBatch batch = TokenBatch.ofTrajectories(List.of(trajectory));
        assertThat(batch.scoredTokens()).isEqualTo(3);
        assertThat(batch.id(0, 4)).isEqualTo(9);
        assertThat(IntStream.of(2, 3, 4).map(t -> batch.turnStart(0, t))).containsExactly(2, 3, 3);
        TokenBatch twice = batch.select(List.of(0, 0)).withTurns(List.of(new int[] {2}, new int[] {2}));
        assertThat(IntStream.of(1, 2, 3, 4).map(t -> twice.supportSize(1, t))).containsExactly(0, 3, 0, 300);
    }

    @Test
    void knowsSupportSizesThatItIsTold() {
        int[] sizes = {0, 0, 7};
        TokenBatch told = BATCH.withSupportSizes(List.of(sizes, new int[4]));
        sizes[2] = 9;
        assertThat(told.supportSize(0, 2)).isEqualTo(7);
        assertThat(BATCH.supportSize(0, 2)).isZero();
        assertThatThrownBy(() -> BATCH.withSupportSizes(List.of(sizes)))
                .hasMessage("number of lists of support sizes was 1, must be the number of sequences 2; "
                        + "give one per sequence");
        assertThatThrownBy(() -> BATCH.withSupportSizes(List.of(sizes, sizes)))
                .hasMessage("number of support sizes of sequence 1 was 3, must be that of its tokens, 4; "
                        + "give one per token, 0 where none is known");
    }

    @Test
    void doesNotChangeWithItsInput() {
        long[] ids = {1, 2};
        boolean[] mask = {false, true};
        TokenBatch batch = TokenBatch.of(List.of(ids), List.of(mask));
        ids[1] = 9;
        mask[1] = false;
        assertThat(batch.id(0, 1)).isEqualTo(2);
        assertThat(batch.isScored(0, 1)).isTrue();
    }

    @Test
    void refusesWhatCannotBeScored() {
        assertThatThrownBy(() -> TokenBatch.of(List.of(), List.of())).hasMessageContaining("token batch was empty");
        assertThatThrownBy(() -> TokenBatch.of(List.of(new long[0]), List.of(new boolean[0])))
                .hasMessageContaining("sequence 0 was empty, must hold a token");
        assertThatThrownBy(() -> TokenBatch.of(List.of(new long[] {1}), List.of(new boolean[] {true})))
                .hasMessage("mask of the first token of sequence 0 was 1, must be 0, nothing comes before it that could"
                        + " predict it; begin texts with a prompt or a token that marks the beginning");
        assertThatThrownBy(() -> TokenBatch.of(List.of(new long[] {1, 2}), List.of(new boolean[] {false})))
                .hasMessageContaining("length of mask 0 was 1, must be that of sequence 0, 2");
        assertThatThrownBy(() -> TokenBatch.of(List.of(new long[] {1, 2}), List.of()))
                .hasMessageContaining("number of masks was 0, must be the number of sequences 1");
        assertThatThrownBy(() -> TokenBatch.ofResponses(List.of(), List.of(new long[] {1})))
                .hasMessageContaining("number of responses was 1, must be the number of prompts 0");
        assertThatThrownBy(() -> TokenBatch.ofResponses(List.of(new long[0]), List.of(new long[] {1})))
                .hasMessageContaining("mask of the first token of sequence 0 was 1");
    }
}
