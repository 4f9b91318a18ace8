package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.rollout.environment.Action;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;

/** What the trace of an episode holds: exactly what the model saw and drew. */
@Timeout(60)
class EpisodeTraceTest {
    private static final Feedback HINT = Feedback.neutral("carried", "test");

    /** Says "Really?" once, and is done after the second turn. */
    private static Environment askTwice() {
        return action -> action.turn() == 0
                ? StepResult.observe("Really?").withReward(0.25).withFeedback(List.of(HINT))
                : StepResult.done(1);
    }

    private static Line answer(SampleRequest request) {
        return Line.of(request.key().turn() == 0 ? "five" : "yes, five");
    }

    @Test
    void theTokensOfAConversationAreThoseSeenAndDrawn() {
        Trajectory played = Episodes.play(
                Episodes.ask("2+3?"),
                Episodes.chat(),
                start -> askTwice(),
                Episodes.options(5, 1000),
                EpisodeTraceTest::answer);
        assertThat(Episodes.text(played.trace().ids()))
                .isEqualTo(
                        "[user]2+3?<|eos|>\n[assistant]five<|eos|>\n[user]Really?<|eos|>\n[assistant]yes, five<|eos|>");
        assertThat(Episodes.trained(played)).isEqualTo("_five<|eos|>_yes, five<|eos|>");
        int prompt = Episodes.ids("[user]2+3?<|eos|>\n[assistant]").length;
        int second = prompt + 5 + Episodes.ids("\n[user]Really?<|eos|>\n[assistant]").length;
        assertThat(played.trace().promptLength()).isEqualTo(prompt);
        assertThat(played.turns())
                .containsExactly(
                        new Turn(prompt, 5, "five", StopReason.END_TOKEN, 0.25, 7),
                        new Turn(second, 10, "yes, five", StopReason.END_TOKEN, 1, 7));
        for (int t = 0; t < played.trace().length(); t++) {
            int inTurn = t >= second ? t - second : t - prompt;
            float expected = played.trace().trained()[t] ? ScriptedSampler.logProb(inTurn) : 0;
            assertThat(played.trace().logProbs()[t]).isEqualTo(expected);
            int size = played.trace().trained()[t] ? ScriptedSampler.supportSize(inTurn) : 0;
            assertThat(played.trace().supportSizes()[t]).isEqualTo(size);
        }
        assertThat(played.messages())
                .containsExactly(
                        ChatMessage.assistant("five"), ChatMessage.user("Really?"), ChatMessage.assistant("yes, five"));
        assertThat(played.endReason()).isEqualTo(EndReason.DONE);
        assertThat(played.feedback()).containsExactly(HINT);
        assertThat(played.environmentReward()).isEqualTo(1.25);
        assertThat(played.error()).isEmpty();
    }

    @Test
    void eachTurnSeesWhatWasDrawnBeforeIt() {
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, EpisodeTraceTest::answer);
        try (EpisodeRollout rollout =
                EpisodeRollout.of(sampler, Episodes.chat(), start -> askTwice(), Episodes.options(5, 1000))) {
            Trajectory played =
                    rollout.collect(Episodes.requests(Episodes.ask("2+3?"), 1)).get(0);
            long[] seen = ((Prompt.Tokens) sampler.submitted().get(1).get(0).prompt()).ids();
            assertThat(played.trace().ids()).startsWith(seen);
            assertThat(seen).hasSize(played.turns().get(1).firstToken());
            assertThat(sampler.submitted().get(1).get(0).key().turn()).isEqualTo(1);
        }
    }

    /** The template's end of the turn is not the policy's then. */
    @Test
    void aTurnThatAStopStringEndedGetsTheTemplatesEndUntrained() {
        Trajectory played = Episodes.play(
                Episodes.ask("2+3?"),
                Episodes.chat(),
                start -> askTwice(),
                Episodes.options(5, 1000),
                request -> new Line("five.", StopReason.STOP_STRING, 0));
        assertThat(Episodes.text(played.trace().ids()))
                .isEqualTo("[user]2+3?<|eos|>\n[assistant]five.<|eos|>\n[user]Really?<|eos|>\n[assistant]five.");
        assertThat(Episodes.trained(played)).isEqualTo("_five._five.");
    }

    /** Bytes have no merges, so that an encoding of the whole conversation is the same; a template that changes is told. */
    @Test
    void theWholeConversationEncodedAgainIsTheSameWhereNothingMerges() {
        Trajectory played = Episodes.play(
                Episodes.ask("2+3?"),
                Episodes.chat(),
                start -> askTwice(),
                Episodes.options(5, 1000),
                EpisodeTraceTest::answer);
        TokenDrift drift = TokenDrift.of(played.trace().ids(), Episodes.BYTES);
        assertThat(drift.tokens())
                .isEqualTo(drift.encodedAgain())
                .isEqualTo(played.trace().length());
        assertThat(drift.firstDifference()).isEmpty();
        long[] broken = played.trace().ids();
        broken[20] = 0xE2;
        assertThat(TokenDrift.of(broken, Episodes.BYTES).firstDifference()).hasValue(20);
        assertThat(TokenDrift.of(broken, Episodes.BYTES).encodedAgain()).isEqualTo(broken.length + 2);
    }

    @Test
    void aTextGoesOnBehindTheTurn() {
        TaskRecord task = TaskRecord.of("task", "Q:");
        Trajectory played = Episodes.play(
                task,
                EpisodeFormat.text(Episodes.BYTES),
                start -> (action -> action.turn() == 0 ? StepResult.observe(" no. Q:") : StepResult.done(0)),
                Episodes.options(5, 1000),
                request -> new Line("a", StopReason.STOP_STRING, 0));
        assertThat(Episodes.text(played.trace().ids())).isEqualTo("<|bos|>Q:a no. Q:a");
        assertThat(Episodes.trained(played)).isEqualTo("_a_a");
        assertThat(played.messages().get(1)).isEqualTo(ChatMessage.user(" no. Q:"));
    }

    @Test
    void anEmptyTextLetsTheTextGoOn() {
        Trajectory played = Episodes.play(
                TaskRecord.of("task", "Q:"),
                EpisodeFormat.text(Episodes.BYTES),
                start -> (action -> action.turn() == 0 ? StepResult.observe("") : StepResult.done(0)),
                Episodes.options(5, 1000),
                request -> new Line("a", StopReason.STOP_STRING, 0));
        assertThat(Episodes.text(played.trace().ids())).isEqualTo("<|bos|>Q:aa");
    }

    @Test
    void resetMayAskSomethingElse() {
        Environment environment = new Environment() {
            @Override
            public Optional<Prompt> reset() {
                return Optional.of(Prompt.of(ChatMessage.system("Be brief."), ChatMessage.user("Why?")));
            }

            @Override
            public StepResult step(Action action) {
                return StepResult.done(0);
            }
        };
        Trajectory played = Episodes.play(
                TaskRecord.of("task", "unused"),
                Episodes.chat(),
                start -> environment,
                Episodes.options(5, 1000),
                EpisodeTraceTest::answer);
        assertThat(Episodes.text(played.trace().ids()))
                .isEqualTo("[system]Be brief.<|eos|>\n[user]Why?<|eos|>\n[assistant]five<|eos|>");
    }

    @Test
    void tokensThatTheSamplerMayNotHaveDrawnAreNotTrained() {
        Trajectory played = Episodes.play(
                Episodes.ask("2+3?"),
                Episodes.chat(),
                start -> askTwice(),
                Episodes.options(5, 1000),
                request -> new Line("five", StopReason.END_TOKEN, 0, SampledTokens.Origin.ENCODED_AGAIN));
        assertThat(played.trace().trainedTokens()).isZero();
        assertThat(played.turns().get(0).tokens()).isEqualTo(5);
    }

    @Test
    void aConversationNeedsATemplate() {
        assertThatThrownBy(() -> Episodes.play(
                        Episodes.ask("2+3?"),
                        EpisodeFormat.text(Episodes.BYTES),
                        start -> askTwice(),
                        Episodes.options(1, 100),
                        EpisodeTraceTest::answer))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "prompt was a conversation, must be a text or tokens, because there is no chat template; make"
                                + " the format with EpisodeFormat.chat(...)");
    }
}
