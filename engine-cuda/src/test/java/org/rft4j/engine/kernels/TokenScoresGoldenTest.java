package org.rft4j.engine.kernels;

import static org.rft4j.engine.testing.Close.RTOL_BF16;
import static org.rft4j.engine.testing.Close.RTOL_BF16_GRADIENT;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Scores and gradients against float64 PyTorch with full logits, in chunks of any size. */
class TokenScoresGoldenTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> casesAndChunks() {
        return Stream.of("head", "support")
                .flatMap(file -> GoldenFile.load(file).cases().stream())
                .flatMap(golden -> Stream.of(Chunks.values()).map(chunks -> Arguments.of(golden, chunks)));
    }

    static Stream<GoldenFile.Case> unrestrictedCases() {
        return GoldenFile.load("head").cases().stream();
    }

    /** Where bf16 logits still say something: below 32 their last bit is worth less than 1/8. */
    static Stream<GoldenFile.Case> casesForBf16() {
        return GoldenFile.load("head").cases().stream()
                .filter(golden -> !golden.name().equals("large_logits"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesAndChunks")
    void agreesWithGoldenValues(GoldenFile.Case golden, Chunks chunks) {
        HeadFixture fixture = HeadFixture.of(golden);
        compare(golden, fixture, chunks.in(options(golden).withEntropy(), fixture.vocabulary()));
    }

    /** What is kept is not multiplied again on the way back. */
    @ParameterizedTest
    @MethodSource("unrestrictedCases")
    void keptLogitsChangeNothing(GoldenFile.Case golden) {
        HeadFixture fixture = HeadFixture.of(golden);
        ScoreOptions plain = options(golden);
        for (int round = 0; round < 4; round++) { // libtorch rewrites a program after its first calls
            for (Chunks chunks : Chunks.values()) {
                compare(golden, fixture, chunks.in(plain.withEntropy().withKeptLogits(), fixture.vocabulary()));
            }
        }
        NDArray gradient = array(golden, "grad_log_prob");
        double[] withoutEntropy = gradHidden(golden, fixture, plain, gradient);
        double[] kept = gradHidden(golden, fixture, plain.withKeptLogits(), gradient);
        assertClose("grad_hidden without entropies", kept, withoutEntropy, RTOL_FP32);
    }

    private double[] gradHidden(
            GoldenFile.Case golden, HeadFixture fixture, ScoreOptions options, NDArray gradLogProbs) {
        HeadFixture.Loaded loaded = fixture.load(manager);
        TokenScores scores = TokenScores.of(loaded.head(), input(golden, loaded.hidden()), options, manager);
        scores.backward(gradLogProbs, null);
        return Tensors.doubles(scores.backward(gradLogProbs, null)); // what is kept serves more than once
    }

    private void compare(GoldenFile.Case golden, HeadFixture fixture, ScoreOptions options) {
        HeadFixture.Loaded loaded = fixture.load(manager);
        TokenScores scores = TokenScores.of(loaded.head(), input(golden, loaded.hidden()), options, manager);

        assertClose("log_prob", scores.logProbs(), golden.doubles("log_prob"), RTOL_FP32);
        assertClose("entropy", scores.entropies(), golden.doubles("entropy"), RTOL_FP32);
        assertClose("log_norm", scores.logNormalisers(), golden.doubles("log_norm"), RTOL_FP32);
        NDArray gradHidden = scores.backward(array(golden, "grad_log_prob"), array(golden, "grad_entropy"));
        assertClose("grad_hidden", gradHidden, golden.doubles("grad_hidden"), RTOL_FP32);
        if (golden.has("grad_weight")) {
            assertClose("grad_weight", loaded.gradWeight(), golden.doubles("grad_weight"), RTOL_FP32);
        } else {
            assertSampleOfGradWeight(golden, loaded.gradWeight(), fixture.width());
        }
        if (golden.has("bias")) {
            assertClose("grad_bias", loaded.gradBias(), golden.doubles("grad_bias"), RTOL_FP32);
        }
    }

    /** A large gradient is stored as some of its rows and a projection of all. */
    private static void assertSampleOfGradWeight(GoldenFile.Case golden, double[] gradWeight, int width) {
        long[] rows = golden.longs("rows");
        double[] sample = new double[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(gradWeight, Math.toIntExact(rows[i] * width), sample, i * width, width);
        }
        assertClose("grad_weight_rows", sample, golden.doubles("grad_weight_rows"), RTOL_FP32);
        double[] weights = golden.doubles("projection");
        double[] projection = new double[width];
        for (int v = 0; v < weights.length; v++) {
            for (int i = 0; i < width; i++) {
                projection[i] += weights[v] * gradWeight[v * width + i];
            }
        }
        assertClose("grad_weight_projection", projection, golden.doubles("grad_weight_projection"), RTOL_FP32);
    }

    @ParameterizedTest
    @MethodSource("casesForBf16")
    void bf16AgreesWithAPlainTwinOnTheRoundedNumbers(GoldenFile.Case golden) {
        HeadFixture fixture = HeadFixture.of(golden).roundedToBf16();
        HeadFixture.Loaded loaded = fixture.load(manager, DataType.BFLOAT16);
        TokenScores scores = TokenScores.of(
                loaded.head(), input(golden, loaded.hidden()), options(golden).withEntropy(), manager);
        PlainScores twin = new PlainScores(
                golden.longs("ids"),
                golden.has("mask") ? golden.doubles("mask") : null,
                golden.number("temperature", 1));
        double[] gradLogProb = golden.doubles("grad_log_prob");
        double[] gradEntropy = golden.doubles("grad_entropy");

        assertClose("log_prob", scores.logProbs(), twin.logProbs(fixture), RTOL_BF16);
        assertClose("entropy", scores.entropies(), twin.entropies(fixture), RTOL_BF16);
        NDArray gradHidden = scores.backward(array(golden, "grad_log_prob"), array(golden, "grad_entropy"));
        if (fixture.vocabulary() > 100) {
            return; // central differences of the twin would take minutes; the small cases show the same
        }
        HeadFixture.Gradients expected = fixture.gradients(
                f -> Numbers.dot(twin.logProbs(f), gradLogProb) + Numbers.dot(twin.entropies(f), gradEntropy));
        assertClose("grad_hidden", gradHidden, expected.hidden(), RTOL_BF16_GRADIENT);
        assertClose("grad_weight", loaded.gradWeight(), expected.weight(), RTOL_BF16_GRADIENT);
        assertClose("grad_bias", loaded.gradBias(), expected.bias(), RTOL_BF16_GRADIENT);
    }

    private NDArray array(GoldenFile.Case golden, String name) {
        return golden.toArray(manager, name, DataType.FLOAT32);
    }

    private HeadInput input(GoldenFile.Case golden, NDArray hidden) {
        NDArray mask = golden.has("mask") ? golden.toArray(manager, "mask", DataType.INT64) : null;
        return new HeadInput(hidden, golden.toArray(manager, "ids", DataType.INT64), mask);
    }

    private ScoreOptions options(GoldenFile.Case golden) {
        if (!golden.has("filters")) {
            return ScoreOptions.of(SamplingFilter.temperature(golden.number("temperature", 1)));
        }
        @Nullable
        SeenTokens seen = new SeenTokens(
                golden.toArray(manager, "seen_tokens", DataType.INT64),
                golden.toArray(manager, "positions", DataType.INT64),
                golden.toArray(manager, "positions", DataType.INT64));
        return new ScoreOptions(
                filters(golden),
                List.of(TokenRules.NONE),
                0,
                seen,
                ScoreOptions.OutsideSupport.KEEP_TARGET,
                false,
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
    }

    static List<SamplingFilter> filters(GoldenFile.Case golden) {
        double[] table = golden.doubles("filters");
        List<SamplingFilter> filters = new ArrayList<>();
        int columns = Math.toIntExact(golden.shape("filters").get(1));
        for (int i = 0; i < table.length; i += columns) {
            int topK = Math.toIntExact(Math.round(table[i + 1]));
            SamplingFilter filter = new SamplingFilter(table[i], topK, table[i + 2], table[i + 3], table[i + 4]);
            filters.add(columns == 5 ? filter : filter.withPenalties(table[i + 5], table[i + 6]));
        }
        return filters;
    }
}
