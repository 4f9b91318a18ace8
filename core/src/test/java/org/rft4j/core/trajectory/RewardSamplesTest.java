package org.rft4j.core.trajectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;

class RewardSamplesTest {
    private static final Tokenizer BYTES = Tokenizers.bytes();
    private static final TaskRecord TASK = TaskRecord.of("t", "Q");

    /** Turns of one policy, one behind the other, with a token between them. */
    private static Trajectory trajectory(EndReason end, List<ChatMessage> messages, long[] ids, Turn... turns) {
        boolean[] trained = new boolean[ids.length];
        Arrays.stream(turns)
                .forEach(turn -> Arrays.fill(trained, turn.firstToken(), turn.firstToken() + turn.tokens(), true));
        TokenTrace trace = new TokenTrace(ids, trained, new float[ids.length], turns.length == 0 ? ids.length : 1);
        return new Trajectory(
                SampleKey.of("t", 0), TASK, trace, List.of(turns), messages, end, List.of(), Optional.empty());
    }

    private static Turn turn(int first, int tokens, String text, StopReason stopped) {
        return new Turn(first, tokens, text, stopped, 0, 1);
    }

    @Test
    void theLastTurnIsTheCompletion() {
        long end = BYTES.specialTokens().eosIds().get(0);
        List<ChatMessage> messages =
                List.of(ChatMessage.assistant("a"), ChatMessage.user("no"), ChatMessage.assistant("é!"));
        Trajectory played = trajectory(
                EndReason.DONE,
                messages,
                new long[] {'Q', 'a', 'n', 0xC3, 0xA9, '!', end},
                turn(1, 1, "a", StopReason.END_TOKEN),
                turn(3, 4, "é!", StopReason.END_TOKEN));
        RewardSample sample = RewardSamples.of(played, BYTES);
        assertThat(sample.task()).isEqualTo(TASK);
        assertThat(sample.completion()).isEqualTo("é!");
        assertThat(sample.messages()).isEqualTo(messages);
        assertThat(sample.turns()).hasSize(2);
        assertThat(sample.truncated()).isFalse();
        assertThat(sample.knownSpans())
                .containsExactly(new CharSpan(0, 1), new CharSpan(0, 1), new CharSpan(1, 2), new CharSpan(2, 2));
    }

    /** Tokens of a stop string lie behind the text, and a token may lie across its end. */
    @Test
    void whatAStopStringCutsOffHasEmptySpans() {
        Trajectory played = trajectory(
                EndReason.DONE,
                List.of(ChatMessage.assistant("ab")),
                new long[] {'Q', 'a', 'b', '\n', '\n'},
                turn(1, 4, "ab", StopReason.STOP_STRING));
        assertThat(RewardSamples.of(played, BYTES).knownSpans())
                .containsExactly(new CharSpan(0, 1), new CharSpan(1, 2), new CharSpan(2, 2), new CharSpan(2, 2));
    }

    @Test
    void aForcedPrefixBelongsToTheCompletionAndHasNoTokens() {
        Trajectory played = trajectory(
                EndReason.TURN_CUT_OFF,
                List.of(ChatMessage.assistant("so: a")),
                new long[] {'Q', 's', 'o', ':', ' ', 'a'},
                turn(5, 1, "a", StopReason.LENGTH));
        RewardSample sample = RewardSamples.of(played, BYTES);
        assertThat(sample.completion()).isEqualTo("so: a");
        assertThat(sample.knownSpans()).containsExactly(new CharSpan(4, 5));
        assertThat(sample.truncated()).isTrue();
    }

    @Test
    void aTextThatIsNotThatOfTheTokensLeavesThemUnknown() {
        Trajectory played = trajectory(
                EndReason.DONE,
                List.of(ChatMessage.assistant("b")),
                new long[] {'Q', 'a'},
                turn(1, 1, "b", StopReason.END_TOKEN));
        RewardSample sample = RewardSamples.of(played, BYTES);
        assertThat(sample.completion()).isEqualTo("b");
        assertThat(sample.tokenSpans()).isNull();
    }

    @Test
    void noTurnIsAnEmptyCompletion() {
        RewardSample sample =
                RewardSamples.of(trajectory(EndReason.ENVIRONMENT_FAILED, List.of(), new long[] {'Q'}), BYTES);
        assertThat(sample.completion()).isEmpty();
        assertThat(sample.tokenCount()).isZero();
    }
}
