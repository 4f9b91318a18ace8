package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

class TokenSamplerTest {
    private static final int VOCABULARY = 300;
    private static final Set<Long> SEEN = Set.of(3L, 7L, 200L);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<GoldenFile.Case> cases() {
        return GoldenFile.load("sampling").cases().stream();
    }

    /** Each filter alone, and all of them. */
    static Stream<SamplingFilter> filters() {
        return Stream.of(
                SamplingFilter.NONE,
                SamplingFilter.temperature(0.6),
                new SamplingFilter(1, 20, 1, 0, 1),
                new SamplingFilter(1, 0, 0.9, 0, 1),
                new SamplingFilter(1, 0, 1, 0.05, 1),
                new SamplingFilter(1, 0, 1, 0, 1.4),
                new SamplingFilter(0.8, 40, 0.95, 0.02, 1.3),
                SamplingFilter.temperature(0));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithGoldenValues(GoldenFile.Case golden) {
        NDArray logits = golden.toArray(manager, "logits", DataType.FLOAT32);
        List<TokenHistory> histories = new ArrayList<>();
        long rows = logits.getShape().get(0);
        long[] seen = golden.has("seen_tokens") ? golden.longs("seen_tokens") : new long[0];
        int length = (int) (seen.length / rows);
        for (int n = 0; n < rows; n++) {
            histories.add(TokenHistory.of(Arrays.copyOfRange(seen, n * length, (n + 1) * length)));
        }
        TokenSampler.Draw draw = TokenSampler.draw(
                logits, rules(TokenScoresGoldenTest.filters(golden), histories), golden.doubles("uniforms"), manager);

        assertThat(draw.tokens().toLongArray()).isEqualTo(golden.longs("tokens"));
        assertClose("log_probs", draw.logProbs(), golden.doubles("log_probs"), RTOL_FP32);
        assertClose("logits, which must not change", logits, golden.doubles("logits"), 0);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void frequenciesAreTheProbabilitiesOfThePlainTwin(SamplingFilter filter) {
        int draws = 2000;
        double[] logits = robustLogits(filter, 0);
        double[] uniforms = new double[draws];
        Arrays.setAll(uniforms, i -> (i + 0.5) / draws);
        TokenSampler.Draw draw =
                TokenSampler.draw(rows(logits, draws), rules(List.of(filter), seen(draws)), uniforms, manager);

        PlainFilter twin = new PlainFilter(filter);
        double[] z = twin.adjusted(logits, SEEN);
        double[] logP = PlainFilter.restricted(z, twin.support(z));
        int[] counts = new int[VOCABULARY];
        float[] logProbs = draw.logProbs().toFloatArray();
        long[] tokens = draw.tokens().toLongArray();
        for (int i = 0; i < draws; i++) {
            int token = Math.toIntExact(tokens[i]);
            counts[token]++;
            assertClose("log-prob", new double[] {logProbs[i]}, new double[] {logP[token]}, RTOL_FP32);
        }
        for (int v = 0; v < VOCABULARY && filter.temperature() > 0; v++) {
            // evenly spaced points in an interval: their number is its length times the density, within one
            assertThat((double) counts[v])
                    .isBetween(Math.exp(logP[v]) * draws - 1.01, Math.exp(logP[v]) * draws + 1.01);
        }
    }

    @ParameterizedTest
    @MethodSource("filters")
    void logProbsAreThoseThatScoringGives(SamplingFilter filter) {
        int rows = 8;
        HeadFixture fixture = HeadFixture.random(Numbers.random("sampled and scored", 0), true, 4, rows, 1, 6, 40);
        double[] logits = new double[rows * 40];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(fixture.logits(i), 0, logits, i * 40, 40);
        }
        double[] uniforms = Numbers.random("sampled and scored", 1).uniforms(0, rows);
        NDArray history =
                Tensors.ofLongs(manager, new long[rows * 3], rows, 3).add(manager.create(new long[] {3, 7, 31}));
        TokenSampler.Draw draw = TokenSampler.draw(
                Tensors.of(manager, logits, rows, 40),
                rules(List.of(filter), Collections.nCopies(rows, TokenHistory.of(3, 7, 31))),
                uniforms,
                manager);

        HeadFixture.Loaded loaded = fixture.load(manager);
        NDArray positions = manager.full(new Shape(rows, 1), 3).toType(DataType.INT64, false);
        ScoreOptions options = new ScoreOptions(
                List.of(filter),
                List.of(TokenRules.NONE),
                0,
                new SeenTokens(history, positions, positions),
                ScoreOptions.OutsideSupport.MINUS_INFINITY,
                false,
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
        TokenScores scores = TokenScores.of(
                loaded.head(), new HeadInput(loaded.hidden(), draw.tokens().expandDims(1)), options, manager);
        assertClose("log-probs", scores.logProbs(), Tensors.doubles(draw.logProbs()), RTOL_FP32);
    }

    @Test
    void aRowDrawsTheSameAloneAndInAnyBatch() {
        List<SamplingFilter> filters = filters().toList();
        int rows = 2 * filters.size();
        double[] logits = Numbers.normal(Numbers.random("composition", 0), rows * VOCABULARY, 2);
        double[] uniforms = Numbers.random("composition", 1).uniforms(0, rows);
        List<SamplingFilter> perRow =
                Stream.of(filters, filters).flatMap(List::stream).toList();
        TokenSampler.Draw together = TokenSampler.draw(
                Tensors.of(manager, logits, rows, VOCABULARY), rules(perRow, seen(rows)), uniforms, manager);

        for (int i = 0; i < rows; i++) {
            double[] row = Arrays.copyOfRange(logits, i * VOCABULARY, (i + 1) * VOCABULARY);
            TokenSampler.Draw alone = TokenSampler.draw(
                    rows(row, 1), rules(List.of(perRow.get(i)), seen(1)), new double[] {uniforms[i]}, manager);
            assertThat(alone.tokens().toLongArray()[0])
                    .isEqualTo(together.tokens().toLongArray()[i]);
            assertThat(alone.logProbs().toFloatArray()[0])
                    .as("log-prob bits of row %d", i)
                    .isEqualTo(together.logProbs().toFloatArray()[i]);
        }
    }

    @Test
    void greedyTakesTheFirstOfEquals() {
        NDArray logits = Tensors.of(manager, new double[] {0, 2, 2, 1, 3, 3, 3, 3}, 2, 4);
        TokenSampler.Draw draw = TokenSampler.draw(
                logits, TokenSampler.Rules.of(SamplingFilter.temperature(0)), new double[] {0.99, 0.99}, manager);

        assertThat(draw.tokens().toLongArray()).containsExactly(1, 0);
        assertThat(draw.logProbs().toFloatArray()[1]).isEqualTo((float) Math.log(0.25));
    }

    @Test
    void impossibleTokensAreNeverDrawnWhateverTheUniform() {
        double[] logits = {Double.NEGATIVE_INFINITY, 1, Double.NEGATIVE_INFINITY, 1, Double.NEGATIVE_INFINITY};
        double[] uniforms = {0, 0.4999, 0.5001, Math.nextDown(1.0)};
        TokenSampler.Draw draw =
                TokenSampler.draw(rows(logits, 4), TokenSampler.Rules.of(SamplingFilter.NONE), uniforms, manager);

        assertThat(draw.tokens().toLongArray()).containsExactly(1, 1, 3, 3);
    }

    @Test
    void aVocabularyBeyondTheFirstCandidatesOfTheNucleusSearch() {
        double[] logits = new double[5000]; // all equal: every token is a tie, so top-p keeps them all
        TokenSampler.Draw draw = TokenSampler.draw(
                rows(logits, 1),
                TokenSampler.Rules.of(new SamplingFilter(1, 0, 0.999, 0, 1)),
                new double[] {0.9999},
                manager);
        assertThat(draw.tokens().toLongArray()).containsExactly(4999);

        Arrays.setAll(logits, v -> -v * 1e-3); // gently falling: the nucleus of 0.8 needs more than 128 tokens
        PlainFilter twin = new PlainFilter(new SamplingFilter(1, 0, 0.8, 0, 1));
        boolean[] support = twin.support(logits);
        double[] logP = PlainFilter.restricted(logits, support);
        TokenSampler.Draw second = TokenSampler.draw(
                rows(logits, 1), TokenSampler.Rules.of(new SamplingFilter(1, 0, 0.8, 0, 1)), new double[] {0}, manager);
        assertClose("log-prob of the best", second.logProbs(), new double[] {logP[0]}, RTOL_FP32);
    }

    private double[] robustLogits(SamplingFilter filter, int round) {
        KeyedRandom random = Numbers.random("logits", round);
        double[] logits = Numbers.normal(random, VOCABULARY, 2);
        PlainFilter twin = new PlainFilter(filter);
        return twin.isRobust(twin.adjusted(logits, SEEN)) ? logits : robustLogits(filter, round + 1);
    }

    private NDArray rows(double[] logits, int count) {
        return Tensors.of(manager, logits, 1, logits.length).repeat(0, count);
    }

    private static List<TokenHistory> seen(int rows) {
        return Collections.nCopies(rows, TokenHistory.of(200, -1, 3, 7, 3));
    }

    private static TokenSampler.Rules rules(List<SamplingFilter> filters, List<TokenHistory> histories) {
        return new TokenSampler.Rules(filters, List.of(TokenRules.NONE), histories);
    }
}
