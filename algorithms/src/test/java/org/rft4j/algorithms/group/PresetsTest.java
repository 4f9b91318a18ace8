package org.rft4j.algorithms.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP32;
import static org.rft4j.algorithms.testing.GroupGolden.assertClose;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.correction.OffPolicyMask;
import org.rft4j.algorithms.correction.OutOfBounds;
import org.rft4j.algorithms.correction.RatioOver;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.testing.GroupGolden;

/** Every preset from rewards to loss and gradient, and what must not change them. */
final class PresetsTest {
    private static final double STEP = 1e-6;

    /** Those whose loss holds a factor back from the gradient, so that its slopes say nothing; golden gradients do. */
    private static final Set<String> NOT_DIFFERENTIABLE = Set.of("cispo", "miniRl");

    private static final int MAX_NEW_TOKENS = 16;

    static Map<String, Supplier<GroupPolicyGradient>> presets() {
        Map<String, Supplier<GroupPolicyGradient>> presets = new LinkedHashMap<>();
        presets.put("grpo", Presets::grpo);
        presets.put("grpoTrl", Presets::grpoTrl);
        presets.put("drGrpo", () -> Presets.drGrpo(MAX_NEW_TOKENS));
        presets.put("dapo", Presets::dapo);
        presets.put("bnpo", Presets::bnpo);
        presets.put("gspo", Presets::gspo);
        presets.put("cispo", Presets::cispo);
        presets.put("sapo", Presets::sapo);
        presets.put("rloo", Presets::rloo);
        presets.put("loop", Presets::loop);
        presets.put("reinforcePlusPlus", Presets::reinforcePlusPlus);
        presets.put("reinforcePlusPlusBaseline", Presets::reinforcePlusPlusBaseline);
        presets.put("reMax", Presets::reMax);
        presets.put("opo", Presets::opo);
        presets.put("miniRl", Presets::miniRl);
        presets.put("raftPlusPlus", Presets::raftPlusPlus);
        presets.put("everything", PresetsTest::everything);
        return presets;
    }

    /** GRPO with all that can be added. */
    private static GroupPolicyGradient everything() {
        return new GroupPolicyGradient(Presets.grpo()
                .options()
                .withAggregation(new Aggregation.TokenMean())
                .withKl(new KlPenalty.InLoss(
                        KlEstimator.K3, new KlCoefficient.Fixed(0.05), KlPenalty.Weighting.BY_RATIO))
                .withEntropy(new EntropyBonus.Fixed(0.01))
                .withCorrection(new SamplerCorrection(RatioOver.SEQUENCE_MEAN, OutOfBounds.TRUNCATED, 0, 1.1))
                .withOffPolicyMask(new OffPolicyMask(0.1)));
    }

    private interface Check {
        void of(String name, Supplier<GroupPolicyGradient> preset);
    }

    private static Stream<DynamicTest> each(Check check) {
        return each(name -> true, check);
    }

    private static Stream<DynamicTest> each(Predicate<String> which, Check check) {
        return presets().entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .map(entry ->
                        DynamicTest.dynamicTest(entry.getKey(), () -> check.of(entry.getKey(), entry.getValue())));
    }

    private static int[] all(GroupBatch batch) {
        return IntStream.range(0, batch.size()).toArray();
    }

    @Test
    void theFileHasAllOfThem() {
        Set<String> names = new java.util.LinkedHashSet<>(presets().keySet());
        names.remove("everything");
        assertThat(GroupGolden.read("presets")
                        .valueStream()
                        .map(each -> each.required("name").asText()))
                .containsExactlyElementsOf(names);
    }

    @TestFactory
    Stream<DynamicTest> golden() {
        return GroupGolden.read("presets").valueStream().map(expected -> {
            String name = expected.required("name").asText();
            return DynamicTest.dynamicTest(name, () -> {
                GroupPolicyGradient algorithm =
                        Objects.requireNonNull(presets().get(name)).get();
                Bench.Result result = Bench.run(algorithm, GroupBatch.golden());
                checkAdvantages(expected, result);
                checkLoss(expected, result);
            });
        });
    }

    private static void checkAdvantages(JsonNode expected, Bench.Result result) {
        double[][] advantages = GroupGolden.grid(expected.required("advantages"));
        float[][] actual =
                Objects.requireNonNull(result.estimate().columns().get(org.rft4j.core.loss.TokenColumn.ADVANTAGE));
        for (int row = 0; row < advantages.length; row++) {
            for (int t = 0; t < advantages[row].length; t++) {
                assertThat((double) actual[row][t])
                        .as("advantage " + row + ", " + t)
                        .isCloseTo(advantages[row][t], within(FP32));
            }
        }
    }

    private static void checkLoss(JsonNode expected, Bench.Result result) {
        assertThat(result.loss()).isCloseTo(expected.required("loss").doubleValue(), within(FP32));
        assertThat(result.metric("policy_loss"))
                .isCloseTo(expected.required("policyLoss").doubleValue(), within(FP32));
        assertClose("gradient", result.gradient(), GroupGolden.grid(expected.required("gradient")), FP32);
    }

    @Test
    void goldenOfEverythingTogether() {
        JsonNode expected = GroupGolden.read("everything");
        Bench.Result result = Bench.run(everything(), GroupBatch.golden());
        checkLoss(expected, result);
        assertClose(
                "entropy gradient",
                result.entropyGradient(),
                GroupGolden.grid(expected.required("entropyGradient")),
                FP32);
        assertThat(result.metric("kl")).isCloseTo(expected.required("kl").doubleValue(), within(FP32));
        assertThat(result.metric("entropy"))
                .isCloseTo(expected.required("entropyMean").doubleValue(), within(FP32));
        assertThat(result.metric("actor/kl_coef")).isCloseTo(0.05, within(FP32));
        assertThat(result.metric("entropy_coef")).isCloseTo(0.01, within(FP32));
    }

    @TestFactory
    Stream<DynamicTest> gradientsAreSlopes() {
        return each(name -> !NOT_DIFFERENTIABLE.contains(name), (name, preset) -> {
            GroupBatch batch = GroupBatch.golden();
            double[][] gradient =
                    Bench.run(preset.get(), batch, DataType.FLOAT64, all(batch)).gradient();
            for (int row : new int[] {0, 2, 9}) {
                double slope =
                        (lossMoved(preset, batch, row, STEP) - lossMoved(preset, batch, row, -STEP)) / (2 * STEP);
                double along = Arrays.stream(gradient[row]).sum();
                assertThat(slope).as("row " + row).isCloseTo(along, within(GroupGolden.DIFFERENCES));
            }
        });
    }

    /** The loss where all log-probs of a row are moved. */
    private static double lossMoved(Supplier<GroupPolicyGradient> preset, GroupBatch batch, int row, double by) {
        double[][] moved = Arrays.stream(batch.get(GroupBatch.LOG_PROBS))
                .map(double[]::clone)
                .toArray(double[][]::new);
        for (int t = 0; t < moved[row].length; t++) {
            moved[row][t] += by * batch.get(GroupBatch.MASK)[row][t];
        }
        return Bench.run(preset.get(), batch.with(GroupBatch.LOG_PROBS, moved), DataType.FLOAT64, all(batch))
                .loss();
    }

    @TestFactory
    Stream<DynamicTest> microBatchesDoNotMatter() {
        return each((name, preset) -> {
            GroupBatch batch = GroupBatch.golden();
            Bench.Result whole = Bench.run(preset.get(), batch);
            int[][] parts = {{11, 3, 5}, {0}, {10, 1, 2, 4, 6}, {9, 8, 7}};
            Bench.Result split = Bench.run(preset.get(), batch, DataType.FLOAT32, parts);
            assertThat(split.loss()).isCloseTo(whole.loss(), within(FP32));
            assertClose("gradient", split.gradient(), whole.gradient(), FP32);
            assertThat(Bench.names(split)).isEqualTo(Bench.names(whole));
            whole.metrics()
                    .keySet()
                    .forEach(metric ->
                            assertThat(split.metric(metric)).as(metric).isCloseTo(whole.metric(metric), within(FP32)));
        });
    }

    @TestFactory
    Stream<DynamicTest> orderDoesNotMatter() {
        return each((name, preset) -> {
            GroupBatch batch = GroupBatch.golden();
            int[] order = {7, 11, 2, 0, 9, 8, 1, 3, 10, 6, 5, 4};
            Bench.Result straight = Bench.run(preset.get(), batch);
            Bench.Result shuffled = Bench.run(preset.get(), batch.only(order));
            assertThat(shuffled.loss()).isCloseTo(straight.loss(), within(FP32));
            for (int i = 0; i < order.length; i++) {
                assertClose("row " + order[i], shuffled.gradient()[i], straight.gradient()[order[i]], FP32);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> rowsThatAreNotUsableMightAsWellNotBeThere() {
        return each((name, preset) -> {
            GroupBatch batch = GroupBatch.golden();
            Bench.Result without =
                    Bench.run(preset.get(), batch.only(IntStream.range(0, 11).toArray()));
            Bench.Result with = Bench.run(preset.get(), batch);
            assertThat(without.loss()).isCloseTo(with.loss(), within(FP32));
            assertClose("gradient", with.gradient()[11], new double[7], 0);
        });
    }

    @TestFactory
    Stream<DynamicTest> extremeLogProbsGiveFiniteGradients() {
        return each((name, preset) -> {
            GroupBatch batch = GroupBatch.golden();
            double[][] mask = batch.get(GroupBatch.MASK);
            double[][] far = Arrays.stream(mask)
                    .map(row -> Arrays.stream(row).map(one -> -1e4 * one).toArray())
                    .toArray(double[][]::new);
            double[][] near = Arrays.stream(mask)
                    .map(row -> Arrays.stream(row).map(one -> -1e-6 * one).toArray())
                    .toArray(double[][]::new);
            requireFinite(Bench.run(preset.get(), batch.with(GroupBatch.LOG_PROBS, far)));
            requireFinite(Bench.run(preset.get(), batch.with(GroupBatch.LOG_PROBS, near)));
        });
    }

    private static void requireFinite(Bench.Result result) {
        assertThat(result.loss()).isFinite();
        for (double[] row : result.gradient()) {
            assertThat(Arrays.stream(row).allMatch(Double::isFinite)).isTrue();
        }
    }
}
