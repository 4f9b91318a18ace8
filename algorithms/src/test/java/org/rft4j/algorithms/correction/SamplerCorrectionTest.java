package org.rft4j.algorithms.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP32;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.testing.GroupGolden;

final class SamplerCorrectionTest {
    private static final boolean[][] BOTH = {{true, true}};

    private static float[][] floats(double[][] rows) {
        float[][] floats = new float[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            floats[row] = new float[rows[row].length];
            for (int t = 0; t < floats[row].length; t++) {
                floats[row][t] = (float) rows[row][t];
            }
        }
        return floats;
    }

    private static double[][] doubles(float[][] rows) {
        double[][] doubles = new double[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            float[] values = rows[row];
            doubles[row] = new double[values.length];
            Arrays.setAll(doubles[row], t -> values[t]);
        }
        return doubles;
    }

    private static SamplerCorrection.Result pair(SamplerCorrection correction, double first, double second) {
        float[][] old = {{(float) first, (float) second}};
        return correction.apply(old, List.of(Optional.of(new float[2])), BOTH);
    }

    @TestFactory
    Stream<DynamicTest> golden() {
        JsonNode rows = GroupGolden.read("rows");
        float[][] old = floats(GroupGolden.grid(rows.required("old")));
        List<Optional<float[]>> sampler = Arrays.stream(floats(GroupGolden.grid(rows.required("sampler"))))
                .map(Optional::of)
                .toList();
        double[][] mask = GroupGolden.grid(rows.required("mask"));
        boolean[][] trained = new boolean[mask.length][mask[0].length];
        for (int row = 0; row < mask.length; row++) {
            for (int t = 0; t < mask[row].length; t++) {
                trained[row][t] = mask[row][t] == 1;
            }
        }
        return GroupGolden.read("corrections").valueStream().map(each -> {
            SamplerCorrection correction = new SamplerCorrection(
                    RatioOver.valueOf(each.required("over").asText()),
                    OutOfBounds.valueOf(each.required("outside").asText()),
                    each.required("low").doubleValue(),
                    each.required("high").doubleValue());
            return DynamicTest.dynamicTest(correction.toString(), () -> {
                SamplerCorrection.Result result = correction.apply(old, sampler, trained);
                GroupGolden.assertClose(
                        "factors", doubles(result.factors()), GroupGolden.grid(each.required("factors")), FP32);
                each.required("metrics")
                        .properties()
                        .forEach(metric -> assertThat(result.metrics())
                                .hasEntrySatisfying(
                                        metric.getKey(),
                                        value -> assertThat(value)
                                                .isCloseTo(metric.getValue().doubleValue(), within(FP32))));
                assertThat(result.metrics()).hasSize(each.required("metrics").size());
            });
        });
    }

    /** Ratios 4 and 1/4: the mean over the sequence is 1, the product too. */
    @TestFactory
    Stream<DynamicTest> whatTheNamedOnesDo() {
        double log = Math.log(4);
        return Stream.of(
                row("mean sees no mismatch", SamplerCorrection.SEQUENCE_MASK, log, -log, 1, 1),
                row("mean of 4 is masked", SamplerCorrection.SEQUENCE_MASK, log, log, 0, 0),
                row("mean of 2.83 is kept", SamplerCorrection.SEQUENCE_MASK, log, log / 2, 2.8284271, 2.8284271),
                row("product of 8 is masked", SamplerCorrection.TRL, log, log / 2, 0, 0),
                row("IcePop masks 1/4", SamplerCorrection.ICE_POP, log, -log, 4, 0),
                row("truncation cuts 4", SamplerCorrection.TRUNCATED, log, -log, 2, 0.25));
    }

    private static DynamicTest row(
            String name, SamplerCorrection correction, double first, double second, double... expected) {
        return DynamicTest.dynamicTest(
                name,
                () -> GroupGolden.assertClose(
                        name, doubles(pair(correction, first, second).factors())[0], expected, FP32));
    }

    @Test
    void metricsAreOfRatiosBeforeTheyAreBounded() {
        assertThat(pair(SamplerCorrection.TRUNCATED, Math.log(4), 0)
                        .metrics()
                        .get("sampling/importance_sampling_ratio/max"))
                .isCloseTo(4, within(FP32));
    }

    @Test
    void agreementChangesNothing() {
        for (RatioOver over : RatioOver.values()) {
            for (OutOfBounds outside : OutOfBounds.values()) {
                SamplerCorrection correction = new SamplerCorrection(over, outside, 0.9, 1.1);
                assertThat(pair(correction, 0, 0).factors()[0]).containsExactly(1, 1);
            }
        }
    }

    @Test
    void extremesStayFinite() {
        SamplerCorrection loose = new SamplerCorrection(RatioOver.TOKEN, OutOfBounds.TRUNCATED, 0, 1e30);
        SamplerCorrection.Result result = pair(loose, 1e4, -1e4);
        assertThat(result.factors()[0][0]).isCloseTo((float) Math.exp(20), within(1e3f)); // tolerance: of 4.9e8
        assertThat(result.factors()[0][1]).isPositive();
    }

    @Test
    void rowsNobodyKnowsAndRowsWithoutTokensAreLeftAlone() {
        float[][] old = {{-1, -2}, {-1, -2}, {-1, -2}};
        boolean[][] trained = {{true, true}, {false, false}, {false, true}};
        SamplerCorrection.Result result = SamplerCorrection.TRUNCATED.apply(
                old,
                List.of(Optional.empty(), Optional.of(new float[2]), Optional.of(new float[] {0, -1.5f})),
                trained);
        assertThat(result.factors()[0]).containsExactly(1, 1);
        assertThat(result.factors()[1]).containsExactly(1, 1);
        assertThat(result.factors()[2][0]).isEqualTo(1);
        assertThat(result.factors()[2][1]).isCloseTo((float) Math.exp(-0.5), within((float) FP32));
        assertThat(result.metrics().get("sampling/sampling_logp_difference/max"))
                .isCloseTo(0.5, within(FP32));
        assertThat(SamplerCorrection.TRUNCATED
                        .apply(old, List.of(Optional.empty(), Optional.empty(), Optional.empty()), trained)
                        .metrics())
                .isEmpty();
    }

    @Test
    void refusesBoundsOutOfOrder() {
        for (double[] bounds : new double[][] {{2, 1}, {-1, 1}, {0, Double.POSITIVE_INFINITY}, {Double.NaN, 1}}) {
            assertThatThrownBy(() -> new SamplerCorrection(RatioOver.TOKEN, OutOfBounds.MASKED, bounds[0], bounds[1]))
                    .hasMessage("bounds of the sampler's ratio was [" + bounds[0] + ", " + bounds[1]
                            + "], must be in order, at least 0 and finite; use [0, 3] for sequences, [0.5, 5] for"
                            + " tokens");
        }
        assertThatThrownBy(() -> new OffPolicyMask(-1))
                .hasMessage("threshold of the off-policy mask was -1.0, must be finite and at least 0; start with 0.5"
                        + " nats for each token");
    }
}
