package org.rft4j.engine.kernels;

import static org.rft4j.engine.testing.Close.RTOL_BF16;
import static org.rft4j.engine.testing.Close.RTOL_BF16_GRADIENT;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.TestEngine;

/** Whole-distribution losses against float64 PyTorch with full logits, in chunks of any size. */
class DistributionGoldenTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<GoldenFile.Case> cases() {
        return GoldenFile.load("distribution").cases().stream();
    }

    static Stream<Arguments> casesAndChunks() {
        return cases().flatMap(golden -> Stream.of(Chunks.values()).map(chunks -> Arguments.of(golden, chunks)));
    }

    /** Teachers stay in float64 for the twin, so only losses without one; and no logits whose last bf16 bit weighs 1/4. */
    static Stream<GoldenFile.Case> casesForBf16() {
        return cases().filter(golden ->
                golden.name().startsWith("sum_squares") || golden.name().startsWith("one_token"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesAndChunks")
    void agreesWithGoldenValues(GoldenFile.Case golden, Chunks chunks) {
        HeadFixture fixture = HeadFixture.of(golden);
        HeadFixture.Loaded student = fixture.load(manager);
        DistributionKernel kernel = kernel(golden, student, chunks.in(options(golden), fixture.vocabulary()));

        assertClose("value", kernel.values(), golden.doubles("value"), RTOL_FP32);
        NDArray gradHidden = kernel.backward(golden.toArray(manager, "grad_value", DataType.FLOAT32));
        assertClose("grad_hidden", gradHidden, golden.doubles("grad_hidden"), RTOL_FP32);
        assertClose("grad_weight", student.gradWeight(), golden.doubles("grad_weight"), RTOL_FP32);
        if (golden.has("bias")) {
            assertClose("grad_bias", student.gradBias(), golden.doubles("grad_bias"), RTOL_FP32);
        }
    }

    @ParameterizedTest
    @MethodSource("casesForBf16")
    void bf16AgreesWithAPlainTwinOnTheRoundedNumbers(GoldenFile.Case golden) {
        HeadFixture fixture = HeadFixture.of(golden).roundedToBf16();
        HeadFixture.Loaded student = fixture.load(manager, DataType.BFLOAT16);
        DistributionKernel kernel = kernel(golden, student, options(golden));
        double[] upstream = golden.doubles("grad_value");
        double[][] weights = rolloutWeights(golden, fixture);

        assertClose("value", kernel.values(), twin(golden, fixture, weights), RTOL_BF16);
        NDArray gradHidden = kernel.backward(golden.toArray(manager, "grad_value", DataType.FLOAT32));
        HeadFixture.Gradients expected = fixture.gradients(f -> Numbers.dot(upstream, twin(golden, f, weights)));
        assertClose("grad_hidden", gradHidden, expected.hidden(), RTOL_BF16_GRADIENT);
        assertClose("grad_weight", student.gradWeight(), expected.weight(), RTOL_BF16_GRADIENT);
    }

    private static double[] twin(GoldenFile.Case golden, HeadFixture fixture, double[][] rolloutWeights) {
        PlainScores scores = scores(golden, fixture);
        double[] result = new double[fixture.positions()];
        for (int i = 0; i < result.length; i++) {
            double[] logP = scores.distribution(fixture, i);
            if (scores.computes(i)) {
                result[i] = golden.has("gold")
                        ? PlainDistributions.rollout(logP, rolloutWeights[i])
                        : PlainDistributions.sumOfSquares(logP);
            }
        }
        return result;
    }

    private static double[][] rolloutWeights(GoldenFile.Case golden, HeadFixture fixture) {
        if (!golden.has("gold")) {
            return new double[0][];
        }
        long[] gold = golden.longs("gold");
        double[][] weights = new double[gold.length][];
        for (int i = 0; i < gold.length; i++) {
            double[] logP = scores(golden, fixture).distribution(fixture, i);
            weights[i] = PlainDistributions.rolloutWeights(
                    logP, gold[i], golden.number("beta", 0), golden.number("kappa", 1));
        }
        return weights;
    }

    private static PlainScores scores(GoldenFile.Case golden, HeadFixture fixture) {
        return new PlainScores(
                new long[fixture.positions()],
                golden.has("mask") ? golden.doubles("mask") : null,
                golden.number("temperature", 1));
    }

    private DistributionKernel kernel(GoldenFile.Case golden, HeadFixture.Loaded student, DistributionOptions options) {
        NDArray mask = golden.has("mask") ? golden.toArray(manager, "mask", DataType.INT64) : null;
        NDArray hidden = student.hidden();
        switch (golden.text("kind", "none")) {
            case "divergence":
                LmHead teacher = new LmHead(
                        golden.toArray(manager, "weight_t", DataType.FLOAT32), null, golden.number("softcap_t", 0));
                NDArray teacherHidden = golden.toArray(manager, "hidden_t", DataType.FLOAT32);
                return DistributionKernel.divergence(
                        divergence(golden), student.head(), hidden, teacher, teacherHidden, mask, options, manager);
            case "top_k_divergence":
                NDArray ids = golden.toArray(manager, "ids", DataType.INT64);
                NDArray known = golden.toArray(manager, "log_probs_t", DataType.FLOAT32);
                return DistributionKernel.topKDivergence(
                        divergence(golden), student.head(), hidden, ids, known, mask, options, manager);
            case "sum_squares":
                return DistributionKernel.sumOfSquares(student.head(), hidden, mask, options, manager);
            case "one_token_rollout":
                HeadInput input = new HeadInput(hidden, golden.toArray(manager, "gold", DataType.INT64), mask);
                return DistributionKernel.oneTokenRollout(
                        student.head(), input, golden.number("beta", 0), golden.number("kappa", 1), options, manager);
            default:
                throw new IllegalArgumentException("unknown kind in " + golden);
        }
    }

    private static Divergence divergence(GoldenFile.Case golden) {
        double alpha = golden.number("alpha", 0);
        if (alpha == 0) {
            return Divergence.forwardKl();
        }
        return alpha == 1 ? Divergence.reverseKl() : Divergence.jensenShannon(alpha);
    }

    private static DistributionOptions options(GoldenFile.Case golden) {
        return new DistributionOptions(
                golden.number("temperature", 1),
                golden.number("temperature_t", 1),
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
    }
}
