package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;

/** Every limit and every way in which the sampler ends an episode. */
@Timeout(60)
class EpisodeEndsTest {
    private static final EnvironmentFactory ENDLESS =
            start -> (action -> StepResult.observe("go on").withReward(1));
    /** "[user]Go<|eos|>\n[assistant]". */
    private static final int PROMPT = Episodes.ids("[user]Go<|eos|>\n[assistant]").length;
    /** "\n[user]go on<|eos|>\n[assistant]". */
    private static final int OBSERVATION = Episodes.ids("\n[user]go on<|eos|>\n[assistant]").length;

    @Test
    void turnsAreLimited() {
        Trajectory played = play(Episodes.options(3, 1000), "hm");
        assertThat(played.endReason()).isEqualTo(EndReason.TURN_LIMIT);
        assertThat(played.turns()).hasSize(3);
        assertThat(played.environmentReward()).isEqualTo(3);
        assertThat(played.truncated()).isTrue();
        assertThat(Episodes.text(played.trace().ids())).endsWith("[assistant]hm<|eos|>");
        assertThat(played.messages()).hasSize(5);
    }

    @Test
    void tokensAreLimited() {
        int oneTurn = PROMPT + 3;
        Trajectory noRoomForTheObservation = play(Episodes.options(9, oneTurn + OBSERVATION), "hm");
        assertThat(noRoomForTheObservation.endReason()).isEqualTo(EndReason.TOKEN_LIMIT);
        assertThat(noRoomForTheObservation.trace().length()).isEqualTo(oneTurn);
        assertThat(noRoomForTheObservation.environmentReward()).isEqualTo(1);
        Trajectory oneMore = play(Episodes.options(9, oneTurn + OBSERVATION + 1), "hm");
        assertThat(oneMore.endReason()).isEqualTo(EndReason.TOKEN_LIMIT);
        assertThat(oneMore.trace().length()).isEqualTo(oneTurn + OBSERVATION + 1);
        assertThat(oneMore.turns().get(1).text()).isEqualTo("h");
        assertThat(oneMore.turns().get(1).reward()).isZero();
        Trajectory noRoomAtAll = play(Episodes.options(9, PROMPT), "hm");
        assertThat(noRoomAtAll.endReason()).isEqualTo(EndReason.TOKEN_LIMIT);
        assertThat(noRoomAtAll.turns()).isEmpty();
        assertThat(noRoomAtAll.trace().promptLength()).isEqualTo(PROMPT);
        assertThat(noRoomAtAll.policyVersion()).isEqualTo(-1);
    }

    @Test
    void aFullContextIsATokenLimit() {
        Trajectory played = Episodes.play(
                Episodes.ask("Go"),
                Episodes.chat(),
                ENDLESS,
                Episodes.options(3, 1000),
                request -> new Line("h", StopReason.CONTEXT_FULL, 0));
        assertThat(played.endReason()).isEqualTo(EndReason.TOKEN_LIMIT);
        assertThat(played.turns()).hasSize(1);
    }

    @Test
    void aTurnThatIsCutOffEndsTheEpisodeUnlessItMayGoOn() {
        EpisodeOptions short2 = EpisodeOptions.of(SamplingOptions.of(2, 3), 3, 1000);
        Trajectory ended = play(short2, "hmmm");
        assertThat(ended.endReason()).isEqualTo(EndReason.TURN_CUT_OFF);
        assertThat(ended.turns()).hasSize(1);
        assertThat(ended.environmentReward()).isZero();
        Trajectory wentOn = play(short2.continuingCutOffTurns(), "hmmm");
        assertThat(wentOn.endReason()).isEqualTo(EndReason.TURN_LIMIT);
        assertThat(wentOn.turns()).hasSize(3).allMatch(turn -> turn.text().equals("hm"));
        assertThat(Episodes.text(wentOn.trace().ids())).contains("[assistant]hm<|eos|>\n[user]go on");
        assertThat(wentOn.environmentReward()).isEqualTo(3);
    }

    @Test
    void timeIsLimitedWhileATurnIsWritten() {
        Trajectory played = Episodes.play(
                Episodes.ask("Go"),
                Episodes.chat(),
                ENDLESS,
                Episodes.options(3, 1000).withTimeLimit(Duration.ofSeconds(1)),
                request -> request.key().turn() == 0 ? Line.of("hm") : new Line("never ends", StopReason.CANCELLED, 0));
        assertThat(played.endReason()).isEqualTo(EndReason.TIME_LIMIT);
        assertThat(played.turns()).hasSize(2);
        assertThat(played.turns().get(1).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(played.truncated()).isTrue();
    }

    @Test
    void timeIsLimitedWhileTheEnvironmentThinks() {
        EnvironmentFactory slow = start -> (action -> {
            Thread.sleep(1500);
            return StepResult.observe("go on").withReward(1);
        });
        Trajectory played = Episodes.play(
                Episodes.ask("Go"),
                Episodes.chat(),
                slow,
                Episodes.options(3, 1000).withTimeLimit(Duration.ofMillis(500)),
                request -> Line.of("hm"));
        assertThat(played.endReason()).isEqualTo(EndReason.TIME_LIMIT);
        assertThat(played.turns()).hasSize(1);
        assertThat(played.environmentReward()).isEqualTo(1);
    }

    @Test
    void aSamplersDeadlineIsATimeLimit() {
        Trajectory played = Episodes.play(
                Episodes.ask("Go"),
                Episodes.chat(),
                ENDLESS,
                Episodes.options(3, 1000),
                request -> new Line("h", StopReason.DEADLINE, 0));
        assertThat(played.endReason()).isEqualTo(EndReason.TIME_LIMIT);
    }

    @Test
    void aSamplerThatFailsSaysWhy() {
        Trajectory played = Episodes.play(
                Episodes.ask("Go"),
                Episodes.chat(),
                ENDLESS,
                Episodes.options(3, 1000),
                request -> new Line("h", StopReason.ERROR, 0));
        assertThat(played.endReason()).isEqualTo(EndReason.SAMPLER_FAILED);
        assertThat(played.error()).hasValue("the script broke");
        assertThat(played.turns()).hasSize(1);
    }

    @Test
    void aRefusedRequestFailsItsOwnEpisodeOnly() {
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> {
            if (request.key().sample() == 1) {
                throw new IllegalArgumentException("too long for me");
            }
            return Line.of("hm");
        });
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), ENDLESS, Episodes.options(2, 1000))) {
            List<Trajectory> played = rollout.collect(Episodes.requests(Episodes.ask("Go"), 3));
            assertThat(played.stream().map(Trajectory::endReason))
                    .containsExactly(EndReason.TURN_LIMIT, EndReason.SAMPLER_FAILED, EndReason.TURN_LIMIT);
            assertThat(played.get(1).error())
                    .hasValue("the sampler failed: java.lang.IllegalArgumentException: too long for me");
        }
    }

    @Test
    void aSamplerThatBreaksItsPromiseFails() {
        assertThat(over(CompletableFuture.failedFuture(new IllegalStateException("gone")))
                        .error())
                .hasValueSatisfying(error ->
                        assertThat(error).contains("the sampler failed:").contains("gone"));
        long[] other = {1, 2, 3};
        Trajectory played = over(
                sample(new SampledTokens(other, new long[] {4}, new float[] {-1}, SampledTokens.Origin.DRAWN), "x"));
        assertThat(played.endReason()).isEqualTo(EndReason.SAMPLER_FAILED);
        assertThat(played.error())
                .hasValue("the sampler saw a prompt of 3 tokens that is not the one of " + PROMPT
                        + " tokens that it was given, from token 0 on");
        assertThat(played.trace().trainedTokens()).isZero();
    }

    /** Without its tokens the next turn would be asked for as if this one had been empty. */
    @Test
    void aTextWithoutTokensCannotGoOn() {
        SampledTokens none =
                new SampledTokens(new long[0], new long[0], new float[0], SampledTokens.Origin.ENCODED_AGAIN);
        Trajectory played = over(sample(none, "hm"));
        assertThat(played.endReason()).isEqualTo(EndReason.SAMPLER_FAILED);
        assertThat(played.error())
                .hasValue("the sampler gave a text without its tokens, so that no turn can follow; ask a server with a"
                        + " dialect that has them, such as Dialect.openAi(tokenizer)");
        assertThat(played.turns()).hasSize(1);
        assertThat(played.environmentReward()).isEqualTo(1);
    }

    @Test
    void drawnTokensMustHaveLogProbs() {
        for (float unknown : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            SampledTokens tokens = new SampledTokens(
                    new long[0], new long[] {104, Episodes.END}, new float[] {-1, unknown}, SampledTokens.Origin.DRAWN);
            Trajectory played = over(sample(tokens, "h"));
            assertThat(played.endReason()).isEqualTo(EndReason.SAMPLER_FAILED);
            assertThat(played.error())
                    .hasValue("the sampler gave token 1 of 2 the log-prob " + unknown
                            + ", but a token that was drawn has a finite one");
            assertThat(played.trace().trainedTokens()).isZero();
        }
    }

    private static CompletableFuture<Sample> sample(SampledTokens tokens, String text) {
        return CompletableFuture.completedFuture(new Sample(
                Episodes.requests(Episodes.ask("Go"), 1).get(0).key(),
                tokens,
                text,
                StopReason.END_TOKEN,
                7,
                Optional.empty()));
    }

    private static Trajectory play(EpisodeOptions options, String text) {
        return Episodes.play(Episodes.ask("Go"), Episodes.chat(), ENDLESS, options, request -> Line.of(text));
    }

    private static Trajectory over(CompletableFuture<Sample> result) {
        Sampler sampler = new Sampler() {
            @Override
            public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
                return List.of(new SampleHandle() {
                    @Override
                    public CompletableFuture<Sample> result() {
                        return result;
                    }

                    @Override
                    public void cancel() {}
                });
            }

            @Override
            public long policyVersion() {
                return 0;
            }

            @Override
            public void close() {}
        };
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), ENDLESS, Episodes.options(2, 1000))) {
            return rollout.collect(Episodes.requests(Episodes.ask("Go"), 1)).get(0);
        }
    }
}
