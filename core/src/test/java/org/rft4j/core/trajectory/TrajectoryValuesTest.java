package org.rft4j.core.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.InvalidInputException;

class TrajectoryValuesTest {
    private static final TaskRecord TASK = TaskRecord.of("t", "1+1?");
    private static final TokenTrace TRACE = new TokenTrace(
            new long[] {5, 6, 7, 8, 9},
            new boolean[] {false, false, true, false, true},
            new float[] {0, 0, -1, 0, -2},
            2);

    @Test
    void aTraceCountsItsTokens() {
        assertThat(TRACE.length()).isEqualTo(5);
        assertThat(TRACE.trainedTokens()).isEqualTo(2);
        assertThat(TRACE.promptLength()).isEqualTo(2);
        assertThat(TRACE).hasToString("TokenTrace[5 tokens, 2 of the prompt, 2 trained]");
    }

    @Test
    void aTraceIsCopiedAndCompared() {
        long[] ids = {5, 6, 7, 8, 9};
        boolean[] trained = {false, false, true, false, true};
        float[] logProbs = {0, 0, -1, 0, -2};
        TokenTrace trace = new TokenTrace(ids, trained, logProbs, 2);
        ids[0] = 0;
        trained[2] = false;
        logProbs[2] = 0;
        trace.ids()[0] = 0;
        trace.trained()[2] = false;
        trace.logProbs()[2] = 0;
        assertThat(trace).isEqualTo(TRACE).hasSameHashCodeAs(TRACE);
        assertThat(trace.ids()).containsExactly(5, 6, 7, 8, 9);
        assertThat(trace.trained()).containsExactly(false, false, true, false, true);
        assertThat(trace.logProbs()).containsExactly(0, 0, -1, 0, -2);
        assertThat(new TokenTrace(trace.ids(), trace.trained(), new float[] {0, -0f, -1, -0f, -2}, 2))
                .isEqualTo(TRACE);
        boolean[] lastOnly = {false, false, false, false, true};
        assertThat(Stream.of(
                        new TokenTrace(ids, trace.trained(), trace.logProbs(), 2),
                        new TokenTrace(trace.ids(), lastOnly, new float[] {0, 0, 0, 0, -2}, 2),
                        new TokenTrace(trace.ids(), trace.trained(), new float[] {0, 0, -1, 0, -2.5f}, 2),
                        new TokenTrace(trace.ids(), trace.trained(), trace.logProbs(), 1)))
                .doesNotContain(TRACE);
    }

    @Test
    void arraysThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new TokenTrace(new long[2], new boolean[1], new float[2], 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "lengths of mask, log-probs and support sizes was 1, 2 and 2, must all be the number of tokens 2; "
                                + "give one of each per token");
        assertThatThrownBy(() -> new TokenTrace(new long[2], new boolean[2], new float[3], 1))
                .hasMessageStartingWith("lengths of mask, log-probs and support sizes was 2, 3 and 2, must all be");
        assertThatThrownBy(() -> new TokenTrace(new long[2], new boolean[2], new float[2], 0))
                .hasMessage("promptLength was 0, must be between 1 and the number of tokens 2; "
                        + "begin an empty prompt with the model's start token");
        assertThatThrownBy(() -> new TokenTrace(new long[2], new boolean[2], new float[2], 3))
                .hasMessageStartingWith("promptLength was 3, must be between 1 and the number of tokens 2");
        assertThatThrownBy(() -> new TokenTrace(new long[2], new boolean[] {true, false}, new float[2], 1))
                .hasMessage("mask of prompt token 0 was 1, must be 0, the policy did not write it; "
                        + "set promptLength to where the policy began");
        assertThatThrownBy(() -> new TokenTrace(new long[2], new boolean[2], new float[] {0, -1}, 1))
                .hasMessage("log-prob of token 1, which is not trained was -1.0, must be 0; "
                        + "keep log-probs of trained tokens only");
    }

    @Test
    void whatIsTrainedHasALogProb() {
        for (float unknown : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            assertThatThrownBy(
                            () -> new TokenTrace(new long[2], new boolean[] {false, true}, new float[] {0, unknown}, 1))
                    .hasMessage("log-prob of token 1, which is trained was " + unknown + ", must be finite; "
                            + "do not train tokens whose log-prob is not known");
        }
    }

    @Test
    void aTraceKnowsSupportSizes() {
        int[] sizes = {0, 0, 3, 0, 1};
        TokenTrace trace = new TokenTrace(TRACE.ids(), TRACE.trained(), TRACE.logProbs(), sizes, 2);
        sizes[2] = trace.supportSizes()[4] = 9;
        assertThat(trace.supportSizes()).containsExactly(0, 0, 3, 0, 1);
        assertThat(TRACE.supportSizes()).containsExactly(0, 0, 0, 0, 0);
        assertThat(trace).isNotEqualTo(TRACE).hasSameHashCodeAs(TRACE);
        boolean[] second = {false, true};
        assertThatThrownBy(() -> new TokenTrace(new long[2], second, new float[2], new int[1], 1))
                .hasMessageStartingWith("lengths of mask, log-probs and support sizes was 2, 2 and 1, must all be");
        assertThatThrownBy(() -> new TokenTrace(new long[2], second, new float[2], new int[] {4, 5}, 1))
                .hasMessage("support size of token 0, which is not trained was 4, must be 0; "
                        + "keep what the sampler said of trained tokens, 0 where it said nothing");
        assertThatThrownBy(() -> new TokenTrace(new long[2], second, new float[2], new int[] {0, -1}, 1))
                .hasMessageStartingWith("support size of token 1, which is trained was -1, must be at least 0;");
    }

    @Test
    void aTrajectorySaysWhatFollowsFromItsTurns() {
        Trajectory trajectory = trajectory(
                EndReason.DONE,
                new Turn(2, 1, "3", StopReason.END_TOKEN, 0.25, 8),
                new Turn(4, 1, "2", StopReason.STOP_STRING, 0.5, 7));
        assertThat(trajectory.policyVersion()).isEqualTo(7);
        assertThat(trajectory.completion()).isEqualTo("2");
        assertThat(trajectory.environmentReward()).isEqualTo(0.75);
        assertThat(trajectory.truncated()).isFalse();
        Trajectory failed = trajectory(EndReason.ENVIRONMENT_FAILED);
        assertThat(failed.policyVersion()).isEqualTo(-1);
        assertThat(failed.completion()).isEmpty();
        assertThat(failed.environmentReward()).isZero();
        assertThat(failed.truncated()).isFalse();
    }

    @Test
    void aTrajectoryIsTruncatedByItsLastTurnOrByALimit() {
        Turn whole = new Turn(2, 1, "3", StopReason.END_TOKEN, 0, 0);
        Turn cut = new Turn(4, 1, "3", StopReason.LENGTH, 0, 0);
        assertThat(trajectory(EndReason.DONE, whole, cut).truncated()).isTrue();
        assertThat(trajectory(EndReason.DONE, cut, whole).truncated()).isFalse();
        assertThat(Stream.of(EndReason.values())
                        .filter(reason -> trajectory(reason, whole).truncated()))
                .containsExactly(
                        EndReason.TURN_CUT_OFF, EndReason.TURN_LIMIT, EndReason.TOKEN_LIMIT, EndReason.TIME_LIMIT);
        assertThat(Stream.of(EndReason.values()).filter(EndReason::failed))
                .containsExactly(
                        EndReason.CANCELLED,
                        EndReason.ENVIRONMENT_FAILED,
                        EndReason.ENVIRONMENT_HUNG,
                        EndReason.SAMPLER_FAILED);
    }

    @Test
    void aTrajectoryIsCopied() {
        List<Turn> turns = new ArrayList<>(List.of(new Turn(2, 1, "3", StopReason.END_TOKEN, 0, 0)));
        List<ChatMessage> messages = new ArrayList<>(List.of(ChatMessage.assistant("3")));
        List<Feedback> feedback = new ArrayList<>(List.of(Feedback.negative("no", "e")));
        Trajectory trajectory = new Trajectory(
                SampleKey.of("t", 0), TASK, TRACE, turns, messages, EndReason.DONE, feedback, Optional.empty());
        turns.clear();
        messages.clear();
        feedback.clear();
        assertThat(trajectory.turns()).hasSize(1);
        assertThat(trajectory.messages()).hasSize(1);
        assertThat(trajectory.feedback()).hasSize(1);
    }

    @Test
    void turnsLieInTheTrace() {
        assertThat(trajectory(EndReason.DONE, new Turn(2, 3, "", StopReason.LENGTH, 0, 0))
                        .turns())
                .hasSize(1);
        assertThatThrownBy(() -> trajectory(EndReason.DONE, new Turn(4, 2, "", StopReason.LENGTH, 0, 0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("end of a turn was 6, must be at most the number of tokens 5; "
                        + "count the turn's tokens in the trace");
        assertThatThrownBy(() -> new Turn(0, 1, "", StopReason.LENGTH, 0, 0))
                .hasMessage("firstToken was 0, must be at least 1; a prompt comes before it");
        assertThatThrownBy(() -> new Turn(1, -1, "", StopReason.LENGTH, 0, 0))
                .hasMessage("tokens was -1, must be at least 0; count what the policy wrote");
        assertThatThrownBy(() -> new Turn(1, 1, "", StopReason.LENGTH, Double.NaN, 0))
                .hasMessage("reward of a turn was NaN, must be finite; check the environment's step");
    }

    @Test
    void keysAreTheTasks() {
        assertThat(new RolloutRequest(new SampleKey(3, "t", 1, 0), TASK).task()).isEqualTo(TASK);
        for (SampleKey key : List.of(new SampleKey(3, "u", 1, 0), new SampleKey(3, "t", 1, 1))) {
            assertThatThrownBy(() -> new RolloutRequest(key, TASK))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("key of a rollout request was " + key + ", must name the task t and turn 0; "
                            + "make it with new SampleKey(round, task.id(), sample, 0)");
            assertThatThrownBy(() -> new Trajectory(
                            key, TASK, TRACE, List.of(), List.of(), EndReason.DONE, List.of(), Optional.empty()))
                    .hasMessage("key of a trajectory was " + key
                            + ", must name the task t and turn 0; take it from the rollout request");
        }
    }

    private static Trajectory trajectory(EndReason reason, Turn... turns) {
        return new Trajectory(
                SampleKey.of("t", 0), TASK, TRACE, List.of(turns), List.of(), reason, List.of(), Optional.empty());
    }
}
