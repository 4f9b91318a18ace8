package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.trajectory.SamplerAgreement;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.SamplingFilter;

/**
 * What a sampler says of the tokens that it drew is what a policy says of them on supports of the same size, under every filter and
 * rule. Without sizes, where a token lies at a boundary of top-p or min-p within rounding, sampler and policy may see different
 * supports (decision 16).
 */
class SamplerAgreementTest {
    private static final double ATOL = 1e-4;
    private static final double MOST_AT_BOUNDARIES = 0.05; // tolerance: a share of tokens
    private static final double ATOL_AT_BOUNDARIES = 1e-2;
    private static final double APART = 1e-2;
    private static final long[] BETWEEN = {9, 10, 11};
    private static final Map<Long, Double> BIASES = Map.of(5L, 2.0, 30L, -3.0, 100L, 4.0);

    private static Map<String, SamplingOptions> cases() {
        SamplingOptions plain = SamplingOptions.of(16, 7);
        SamplingFilter all = new SamplingFilter(0.8, 40, 0.95, 0.02, 1.1).withPenalties(0.3, 0.2);
        SamplingFilter greedy = new SamplingFilter(0, 0, 1, 0, 1.1).withPenalties(0.5, 0.5);
        Map<String, SamplingOptions> cases = new LinkedHashMap<>();
        cases.put("plain", plain);
        cases.put("temperature", plain.withFilter(SamplingFilter.temperature(0.7)));
        cases.put("greedy", plain.withFilter(SamplingFilter.temperature(0)));
        cases.put("top-k", plain.withFilter(new SamplingFilter(1, 20, 1, 0, 1)));
        cases.put("top-p", plain.withFilter(new SamplingFilter(1, 0, 0.9, 0, 1)));
        cases.put("min-p", plain.withFilter(new SamplingFilter(1, 0, 1, 0.05, 1)));
        cases.put("repetition penalty", plain.withFilter(new SamplingFilter(1, 0, 1, 0, 1.3)));
        cases.put("presence penalty", plain.withFilter(SamplingFilter.NONE.withPenalties(0.9, 0)));
        cases.put("frequency penalty", plain.withFilter(SamplingFilter.NONE.withPenalties(0, 0.6)));
        cases.put("bias", plain.withLogitBias(BIASES));
        cases.put("min new tokens", plain.withLengths(8, 16));
        cases.put("filters", plain.withFilter(new SamplingFilter(0.9, 30, 0.9, 0.02, 1)));
        cases.put("hot and wide", plain.withFilter(new SamplingFilter(1.5, 0, 0.95, 0, 1.1)));
        cases.put("all", plain.withFilter(all).withLogitBias(BIASES).withLengths(8, 16));
        cases.put("all, greedy", plain.withFilter(greedy).withLogitBias(BIASES).withLengths(8, 16));
        return cases;
    }

    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "stories15M", "minimind2-small"})
    void aloneAndCombined(String name) {
        with(name, fixture -> {
            cases().forEach((title, options) -> {
                List<SamplingOptions> one = List.of(fixture.ending(options));
                DrawnTexts drawn = fixture.draw(one, fixture.usable(), BETWEEN);
                fixture.assertAgrees(title, drawn, one, BatchLayout.rightPadded());
            });
        });
    }

    /** Where a filter leaves tokens out, it says how many it leaves, and every token that it leaves has its place. */
    @Test
    void supportSizesSayWhatFiltersLeave() {
        with(
                "stories260K",
                fixture -> cases().forEach((title, options) -> {
                    boolean filters = List.of("top-k", "top-p", "min-p", "filters", "hot and wide", "all")
                            .contains(title);
                    DrawnTexts drawn = fixture.draw(List.of(fixture.ending(options)), fixture.usable());
                    int most = title.equals("top-k") ? 20 : fixture.usable();
                    for (TokenTrace trace : drawn.traces()) {
                        for (int t = 0; t < trace.length(); t++) {
                            int lowest = filters && trace.trained()[t] ? 1 : 0;
                            assertThat(trace.supportSizes()[t]).as(title).isBetween(lowest, lowest * most);
                        }
                    }
                }));
    }

    /** What a policy says that only knows the filters. */
    @ParameterizedTest
    @ValueSource(strings = {"stories260K", "stories15M"})
    void withoutSizesRoundingMovesFewBoundaries(String name) {
        with(name, fixture -> {
            for (String title : List.of("top-k", "top-p", "hot and wide")) {
                List<SamplingOptions> one = List.of(fixture.ending(Objects.requireNonNull(cases().get(title))));
                DrawnTexts drawn = fixture.draw(one, fixture.usable(), BETWEEN);
                List<Double> distances = fixture.distances(drawn, drawn.plainBatch(), fixture.under(one));
                long beyond = distances.stream().filter(d -> !(d <= ATOL)).count();
                assertThat(beyond).isLessThanOrEqualTo((long) (MOST_AT_BOUNDARIES * distances.size()));
                assertThat(distances).allMatch(distance -> distance < ATOL_AT_BOUNDARIES);
            }
        });
    }

    /** A batch of requests of their own, in every layout. */
    @Test
    void oneBatchOfAllCases() {
        with("stories260K", fixture -> {
            List<SamplingOptions> all =
                    cases().values().stream().map(fixture::ending).toList();
            List<SamplingOptions> each = all.subList(all.size() - Fixture.ROWS, all.size());
            DrawnTexts drawn = fixture.draw(each, fixture.usable(), BETWEEN, new long[] {12});
            List<BatchLayout> layouts =
                    List.of(BatchLayout.rightPadded(), BatchLayout.leftPadded(), BatchLayout.packed(300));
            layouts.forEach(layout -> fixture.assertAgrees(layout.toString(), drawn, each, layout));
        });
    }

    /** Ids beyond the usable ones have no probability for either. */
    @Test
    void fewerUsableTokens() {
        with("stories260K", fixture -> {
            for (String title : List.of("plain", "filters", "all")) {
                List<SamplingOptions> one = List.of(fixture.ending(Objects.requireNonNull(cases().get(title))));
                DrawnTexts drawn = fixture.draw(one, 300, BETWEEN);
                PolicyScoreOptions under = PolicyScoreOptions.DEFAULT.underSampling(
                        one, fixture.model().stopIds(), 300);
                assertThat(fixture.distances(drawn, under)).allMatch(distance -> distance <= ATOL);
                PolicyScoreOptions among = under.withUsableTokens(0);
                assertThat(fixture.distances(drawn, among)).anyMatch(distance -> distance > APART);
            }
        });
    }

    /** Presence and frequency penalties and the least number of new tokens begin anew with each turn. */
    @Test
    void countsBeginWithATurn() {
        with("stories260K", fixture -> {
            for (String title : List.of("presence penalty", "frequency penalty", "min new tokens")) {
                List<SamplingOptions> one = List.of(fixture.ending(Objects.requireNonNull(cases().get(title))));
                DrawnTexts drawn = fixture.draw(one, fixture.usable(), BETWEEN);
                PolicyScoreOptions under = fixture.under(one);
                List<int[]> whole = drawn.turns().stream()
                        .map(starts -> new int[] {starts[0]})
                        .toList();
                assertThat(fixture.distances(drawn, under)).allMatch(distance -> distance <= ATOL);
                assertThat(fixture.distances(drawn, drawn.batch().withTurns(drawn.turns()), under))
                        .as("turns said, not seen")
                        .isEqualTo(fixture.distances(drawn, under));
                assertThat(fixture.distances(drawn, drawn.batch().withTurns(whole), under))
                        .as("%s, turns taken for one", title)
                        .anyMatch(distance -> distance > APART);
            }
        });
    }

    private static void with(String name, Consumer<Fixture> test) {
        Path folder = folder(name);
        assumeTrue(Files.isDirectory(folder), "needs " + name + " under -Drft4j.shared");
        try (LanguageModel model = LanguageModel.load(folder, TestEngine.engine());
                Policy policy = Policy.of(model.weights(), Trainable.lastLayers(1, false))) {
            test.accept(new Fixture(model, policy));
        }
    }

    private static Path folder(String name) {
        if (!name.equals("stories260K")) {
            return Path.of(System.getProperty("rft4j.shared", "absent"), "models", name);
        }
        try {
            return Objects.requireNonNull(Path.of(Objects.requireNonNull(
                                    SamplerAgreementTest.class.getResource("/models/stories260K/config.json"))
                            .toURI())
                    .getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A model and what is asked of it. */
    private record Fixture(LanguageModel model, Policy policy) {
        private static final int ROWS = 6;

        int usable() {
            return model.usableTokens();
        }

        /** Frequent tokens end a text, so that forbidding them is seen, but rarely enough for texts to be texts. */
        SamplingOptions ending(SamplingOptions options) {
            boolean minimum = options.minNewTokens() > 0;
            long frequent = model.tokenizer().encode(" and", false).ids()[0];
            return options.withEndIds(List.of(minimum ? frequent : 0));
        }

        DrawnTexts draw(List<SamplingOptions> options, long usable, long[]... between) {
            long[] longest = model.tokenizer()
                    .encode("Once upon a time there was a little girl who had a red ball and a small dog", true)
                    .ids();
            List<long[]> prompts = new ArrayList<>();
            for (int n = 0; n < ROWS; n++) {
                prompts.add(Arrays.copyOf(longest, 1 + n * 7 % (longest.length - 1)));
            }
            List<SamplingOptions> each = options.size() == 1 ? Collections.nCopies(ROWS, options.get(0)) : options;
            return DrawnTexts.draw(model, prompts, each, usable, between);
        }

        PolicyScoreOptions under(List<SamplingOptions> options) {
            return PolicyScoreOptions.DEFAULT
                    .withMemory(ActivationMemory.KEEP_NOTHING)
                    .underSampling(options, model.stopIds(), usable());
        }

        float[] score(TokenBatch batch, PolicyScoreOptions options) {
            try (NativeScope scope = TestEngine.scope()) {
                return policy.score(batch, options, scope.manager()).logProbs().toFloatArray();
            }
        }

        /** Per place of [N,T]. */
        List<Double> distances(DrawnTexts drawn, PolicyScoreOptions options) {
            return distances(drawn, drawn.batch(), options);
        }

        List<Double> distances(DrawnTexts drawn, TokenBatch batch, PolicyScoreOptions options) {
            float[] expected = drawn.logProbs();
            float[] actual = score(batch, options);
            List<Double> distances = new ArrayList<>();
            for (int i = 0; i < actual.length; i++) {
                distances.add(Math.abs((double) actual[i] - expected[i]));
            }
            return distances;
        }

        void assertAgrees(String title, DrawnTexts drawn, List<SamplingOptions> options, BatchLayout layout) {
            PolicyScoreOptions under = under(options).withLayout(layout);
            SamplerAgreement agreement = SamplerAgreement.of(drawn.traces(), score(drawn.batch(), under));
            assertThat(agreement.tokens()).as(title).isGreaterThan(50);
            assertThat(agreement.mean()).as("mean distance, %s", title).isLessThan(ATOL / 10);
            assertThat(agreement.largest()).as("largest distance, %s", title).isLessThanOrEqualTo(ATOL);
        }
    }
}
