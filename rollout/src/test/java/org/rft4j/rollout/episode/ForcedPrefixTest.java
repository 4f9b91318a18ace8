package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.trajectory.RewardSamples;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.testing.ScriptedSampler.Line;
import org.rft4j.rollout.testing.TestModels;

@Timeout(60)
class ForcedPrefixTest {
    private static final double TOLERANCE_OF_A_SHARE = 0.01;

    private static Trajectory play(ForcedPrefix prefix, TaskRecord task) {
        return Episodes.play(
                task,
                Episodes.chat(),
                start -> (action -> StepResult.observe("You said: " + action.text())),
                Episodes.options(2, 1000).withForcedPrefix(prefix),
                request -> Line.of("five"));
    }

    @Test
    void aHintStandsBehindTheGenerationPromptAndIsNotTrained() {
        TaskRecord task = Episodes.ask("2+3?").with("hint", "I count: ");
        Trajectory played = play(ForcedPrefix.column("hint"), task);
        assertThat(Episodes.text(played.trace().ids()))
                .isEqualTo("[user]2+3?<|eos|>\n[assistant]I count: five<|eos|>\n[user]You said: I count: five<|eos|>\n"
                        + "[assistant]five<|eos|>");
        assertThat(Episodes.trained(played)).isEqualTo("_five<|eos|>_five<|eos|>");
        assertThat(played.turns().get(0).text()).isEqualTo("five");
        assertThat(played.trace().promptLength())
                .isEqualTo(played.turns().get(0).firstToken());
        assertThat(played.messages().get(0)).isEqualTo(ChatMessage.assistant("I count: five"));
        assertThat(played.messages().get(2)).isEqualTo(ChatMessage.assistant("five"));
    }

    @Test
    void rewardsSeeThePrefixAndTheTokensBehindIt() {
        Trajectory played = Episodes.play(
                Episodes.ask("2+3?").with("hint", "I count: "),
                Episodes.chat(),
                start -> (action -> StepResult.done(0)),
                Episodes.options(1, 1000).withForcedPrefix(ForcedPrefix.column("hint")),
                request -> Line.of("five"));
        RewardSample sample = RewardSamples.of(played, Episodes.BYTES);
        assertThat(sample.completion()).isEqualTo("I count: five");
        assertThat(sample.knownSpans())
                .containsExactly(
                        new CharSpan(9, 10),
                        new CharSpan(10, 11),
                        new CharSpan(11, 12),
                        new CharSpan(12, 13),
                        new CharSpan(13, 13));
        assertThat(sample.truncated()).isFalse();
    }

    @Test
    void tasksWithoutTheColumnAreLeftAlone() {
        assertThat(Episodes.trained(play(ForcedPrefix.column("hint"), Episodes.ask("2+3?"))))
                .isEqualTo("_five<|eos|>_five<|eos|>");
        assertThat(Episodes.text(
                        play(ForcedPrefix.NONE, Episodes.ask("2+3?")).trace().ids()))
                .contains("[assistant]five<|eos|>");
    }

    @Test
    void tokensMayBeForcedAsTheyAre() {
        ForcedPrefix ids = (request, tokenizer) -> new long[] {'o', 'k', Episodes.END};
        assertThat(Episodes.text(play(ids, Episodes.ask("2+3?")).trace().ids()))
                .startsWith("[user]2+3?<|eos|>\n[assistant]ok<|eos|>five<|eos|>");
    }

    /** L is even from 1 to one less than the length, keyed by the episode, and drawn for the share that is asked for. */
    @Test
    void aResetForcesAPartOfTheReference() {
        TaskRecord task = Episodes.ask("2+3?").with("reference", "abcde");
        ForcedPrefix always = ForcedPrefix.reset("reference", 1, 5);
        ForcedPrefix sometimes = ForcedPrefix.reset("reference", 0.25, 5);
        int samples = 20_000;
        int[] lengths = new int[5];
        int resets = 0;
        for (int i = 0; i < samples; i++) {
            RolloutRequest request = new RolloutRequest(SampleKey.of("task", i), task);
            long[] tokens = always.tokens(request, Episodes.BYTES);
            assertThat(tokens).isEqualTo(Arrays.copyOf(Episodes.ids("abcde"), tokens.length));
            lengths[tokens.length]++;
            resets += sometimes.tokens(request, Episodes.BYTES).length > 0 ? 1 : 0;
        }
        assertThat(lengths[0]).isZero();
        for (int length = 1; length < 5; length++) {
            assertThat(Math.abs(lengths[length] / (double) samples - 0.25)).isLessThan(TOLERANCE_OF_A_SHARE);
        }
        assertThat(Math.abs(resets / (double) samples - 0.25)).isLessThan(TOLERANCE_OF_A_SHARE);
        RolloutRequest one = new RolloutRequest(SampleKey.of("task", 3), task);
        assertThat(always.tokens(one, Episodes.BYTES)).isEqualTo(always.tokens(one, Episodes.BYTES));
        RolloutRequest short1 = new RolloutRequest(SampleKey.of("task", 3), task.with("reference", "a"));
        assertThat(always.tokens(short1, Episodes.BYTES)).isEmpty();
        assertThatThrownBy(() -> ForcedPrefix.reset("reference", 1.5, 5))
                .hasMessage("probability of a reset was 1.5, must be between 0 and 1; 1 resets every episode");
    }

    /** A Llama tokenizer puts a space before a text; behind another text there is none. */
    @Test
    void aContinuationIsEncodedAsOne() {
        try (Tokenizer stories = Tokenizers.load(TestModels.storiesFolder())) {
            EpisodeFormat format = EpisodeFormat.text(stories);
            assertThat(stories.decode(format.continuation("ing was"), false)).isEqualTo("ing was");
            assertThat(stories.decode(stories.encode("ing was", false).ids(), false))
                    .isEqualTo("ing was");
            assertThat(stories.tokenOf(stories.encode("ing was", false).ids()[0]))
                    .startsWith("\u2581");
            assertThat(stories.tokenOf(format.continuation("ing was")[0])).doesNotStartWith("\u2581");
            assertThat(format.continuation("")).isEmpty();
            assertThat(stories.decode(format.continuation("\n\nOnce"), false)).isEqualTo("\n\nOnce");
        }
    }

    @Test
    void optionsSayWhatIsWrong() {
        assertThatThrownBy(() -> Episodes.options(-1, 10))
                .hasMessage("maxTurns was -1, must be positive; 1 is a single turn");
        assertThatThrownBy(() -> Episodes.options(1, 0))
                .hasMessage("maxTokens was 0, must be positive; use what the model can see");
        assertThatThrownBy(() -> Episodes.options(1, 1).withTimeLimit(java.time.Duration.ZERO))
                .hasMessage("timeLimit was PT0S, must be positive; use 30 seconds");
        assertThatThrownBy(() -> Episodes.options(1, 1).withConcurrentEpisodes(0))
                .hasMessage("concurrentEpisodes was 0, must be positive; use 256");
    }
}
