package org.rft4j.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.random.KeyedRandom;

class SamplingValuesTest {
    private static final SamplingOptions OPTIONS = SamplingOptions.of(10, 7);

    /** What src/test/golden/keyed_random.py prints. */
    static Stream<Arguments> goldenStreams() {
        return Stream.of(
                Arguments.of(
                        0L,
                        SampleKey.of("a", 0),
                        List.of("12360456938929007270", "2453751034300463133", "13759734989834163992")),
                Arguments.of(
                        7L,
                        new SampleKey(3, "gsm8k-17", 5, 2),
                        List.of("18312370306297509994", "9421414598444971709", "12954786315439837234")),
                Arguments.of(
                        -1L,
                        new SampleKey(1L << 40, "\u00e4\ud83d\ude00", Integer.MAX_VALUE, 9),
                        List.of("14110527843081467597", "7402156711651346189", "17124551752657147344")));
    }

    @ParameterizedTest
    @MethodSource("goldenStreams")
    void aKeyHasTheSameStreamInEveryRun(long seed, SampleKey key, List<String> expected) {
        KeyedRandom random = key.random(seed);
        assertThat(Stream.of(0L, 1L, 1000L).map(i -> Long.toUnsignedString(random.bits(i))))
                .isEqualTo(expected);
    }

    @Test
    void everyPartOfAKeyMatters() {
        SampleKey key = new SampleKey(1, "a", 2, 3);
        Stream<SampleKey> keys = Stream.of(
                key,
                new SampleKey(2, "a", 2, 3),
                new SampleKey(1, "b", 2, 3),
                new SampleKey(1, "a", 1, 3),
                key.atTurn(2));
        assertThat(Stream.concat(keys.map(k -> k.random(5)), Stream.of(key.random(6)))
                        .map(r -> r.bits(0))
                        .distinct())
                .hasSize(6);
        assertThat(key.atTurn(9)).isEqualTo(new SampleKey(1, "a", 2, 9));
        assertThatThrownBy(() -> new SampleKey(-1, "a", 0, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("round was -1, must be at least 0; count steps from 0");
        assertThatThrownBy(() -> new SampleKey(0, "a", -1, 0))
                .hasMessage("sample was -1, must be at least 0; number samples from 0");
        assertThatThrownBy(() -> key.atTurn(-1)).hasMessage("turn was -1, must be at least 0; number turns from 0");
    }

    static Stream<Arguments> refusedOptions() {
        return Stream.of(
                refused("maxNewTokens was 0, must be positive; use 256", () -> SamplingOptions.of(0, 0)),
                refused(
                        "minNewTokens was -1, must be between 0 and maxNewTokens 5; use 0 to let the model end when it"
                                + " likes",
                        () -> OPTIONS.withLengths(-1, 5)),
                refused(
                        "minNewTokens was 6, must be between 0 and maxNewTokens 5; use 0 to let the model end when it"
                                + " likes",
                        () -> OPTIONS.withLengths(6, 5)),
                refused(
                        "token of a logit bias was -2, must be at least 0; pass a token id",
                        () -> OPTIONS.withLogitBias(Map.of(-2L, 1.0))),
                refused(
                        "logit bias of token 3 was NaN, must be finite and between -1000 and 1000; -100 all but forbids"
                                + " a token, 100 all but forces it",
                        () -> OPTIONS.withLogitBias(Map.of(3L, Double.NaN))),
                refused(
                        "logit bias of token 3 was 1000.5, must be finite and between -1000 and 1000; -100 all but"
                                + " forbids a token, 100 all but forces it",
                        () -> OPTIONS.withLogitBias(Map.of(3L, 1000.5))),
                refused(
                        "end token was -1, must be at least 0; pass a token id",
                        () -> OPTIONS.withEndIds(List.of(2L, -1L))),
                refused("stop string was '', must not be empty; leave it out", () -> OPTIONS.withStopStrings("a", "")),
                refused(
                        "timeLimit was PT0S, must be positive; leave it out to wait as long as it takes",
                        () -> OPTIONS.withTimeLimit(Duration.ZERO)),
                refused(
                        "timeLimit was PT-1S, must be positive; leave it out to wait as long as it takes",
                        () -> OPTIONS.withTimeLimit(Duration.ofSeconds(-1))));
    }

    @ParameterizedTest
    @MethodSource("refusedOptions")
    void optionsThatCannotWorkAreRefused(String message, Runnable making) {
        assertThatThrownBy(making::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    @Test
    void eachOptionIsReplacedAndNoOther() {
        SamplingOptions all = OPTIONS.withFilter(SamplingFilter.temperature(0.5))
                .withLogitBias(Map.of(9L, -1.0, 3L, 1000.0))
                .withLengths(2, 20)
                .withEndIds(List.of(2L))
                .withStopStrings("\n", "END")
                .keepingStopString()
                .withSeed(8)
                .withTimeLimit(Duration.ofMillis(5));
        assertThat(all)
                .isEqualTo(new SamplingOptions(
                        SamplingFilter.temperature(0.5),
                        Map.of(3L, 1000.0, 9L, -1.0),
                        2,
                        20,
                        List.of(2L),
                        List.of("\n", "END"),
                        true,
                        8,
                        Optional.of(Duration.ofMillis(5))));
        assertThat(all.logitBias().keySet()).containsExactly(3L, 9L);
        assertThat(OPTIONS)
                .isEqualTo(new SamplingOptions(
                        SamplingFilter.NONE, Map.of(), 0, 10, List.of(), List.of(), false, 7, Optional.empty()));
        assertThat(SamplingOptions.greedy(4).filter().temperature()).isZero();
        assertThat(SamplingOptions.greedy(4).maxNewTokens()).isEqualTo(4);
    }

    @Test
    void optionsAreCopied() {
        Map<Long, Double> bias = new HashMap<>(Map.of(1L, 1.0));
        List<Long> ends = new ArrayList<>(List.of(1L));
        String[] stops = {"a"};
        SamplingOptions options = OPTIONS.withLogitBias(bias).withEndIds(ends).withStopStrings(stops);
        bias.clear();
        ends.clear();
        stops[0] = "b";
        assertThat(options.logitBias()).isEqualTo(Map.of(1L, 1.0));
        assertThat(options.endIds()).containsExactly(1L);
        assertThat(options.stopStrings()).containsExactly("a");
        assertThatThrownBy(() -> options.logitBias().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void sampledTokensAreCopiedAndCompared() {
        long[] prompt = {1};
        long[] ids = {2, 3};
        float[] logProbs = {-1, -2};
        SampledTokens tokens = new SampledTokens(prompt, ids, logProbs, SampledTokens.Origin.DRAWN);
        prompt[0] = ids[0] = 9;
        logProbs[0] = 9;
        tokens.prompt()[0] = tokens.ids()[0] = 9;
        tokens.logProbs()[0] = 9;
        SampledTokens same =
                new SampledTokens(new long[] {1}, new long[] {2, 3}, new float[] {-1, -2}, SampledTokens.Origin.DRAWN);
        assertThat(tokens).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(tokens.prompt()).containsExactly(1);
        assertThat(tokens.ids()).containsExactly(2, 3);
        assertThat(tokens.logProbs()).containsExactly(-1, -2);
        assertThat(tokens).hasToString("SampledTokens[1 of the prompt, 2 DRAWN]");
        assertThat(Stream.of(
                        new SampledTokens(new long[] {0}, tokens.ids(), tokens.logProbs(), tokens.origin()),
                        new SampledTokens(tokens.prompt(), new long[] {2, 4}, tokens.logProbs(), tokens.origin()),
                        new SampledTokens(tokens.prompt(), tokens.ids(), new float[] {-1, 2}, tokens.origin()),
                        new SampledTokens(
                                tokens.prompt(), tokens.ids(), tokens.logProbs(), SampledTokens.Origin.ENCODED_AGAIN)))
                .doesNotContain(same);
        assertThatThrownBy(() -> new SampledTokens(new long[0], ids, new float[1], SampledTokens.Origin.DRAWN))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("numbers of log-probs and support sizes was 1 and 2, must both be that of the tokens, 2; "
                        + "give one of each per token");
    }

    @Test
    void sampledTokensKnowSupportSizes() {
        int[] sizes = {0, 5};
        SampledTokens.Origin drawn = SampledTokens.Origin.DRAWN;
        SampledTokens tokens = new SampledTokens(new long[0], new long[2], new float[2], sizes, drawn);
        sizes[1] = tokens.supportSizes()[0] = 9;
        assertThat(tokens.supportSizes()).containsExactly(0, 5);
        SampledTokens unknown = new SampledTokens(new long[0], new long[2], new float[2], drawn);
        assertThat(unknown.supportSizes()).containsExactly(0, 0);
        assertThat(tokens).isNotEqualTo(unknown).hasSameHashCodeAs(unknown);
        assertThatThrownBy(() -> new SampledTokens(new long[0], new long[2], new float[2], new int[3], drawn))
                .hasMessageStartingWith("numbers of log-probs and support sizes was 2 and 3, must both be");
    }

    @Test
    void stopReasonsSayWhetherTheTextIsWhole() {
        assertThat(Stream.of(StopReason.values()).filter(StopReason::ended))
                .containsExactly(StopReason.END_TOKEN, StopReason.STOP_STRING);
        assertThat(Stream.of(StopReason.values()).filter(StopReason::truncated))
                .containsExactly(StopReason.LENGTH, StopReason.CONTEXT_FULL);
    }

    private static Arguments refused(String message, Runnable making) {
        return Arguments.of(message, making);
    }
}
