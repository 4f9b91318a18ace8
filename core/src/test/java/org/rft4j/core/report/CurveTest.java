package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.random.KeyedRandom;

/** Scales and curves. */
final class CurveTest {
    private static final double EXACT = 1e-12;

    @Test
    void scalesHaveRoundNumbers() {
        assertThat(labels(Axis.ofValues(0.13, 0.97, 8))).containsExactly("0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(Axis.ofValues(0, 2e-5, 8))).containsExactly("0", "0.5e-5", "1.0e-5", "1.5e-5", "2.0e-5");
        assertThat(labels(Axis.ofValues(-0.0059, 0.0068, 8)))
                .containsExactly("\u22120.006", "\u22120.004", "\u22120.002", "0", "0.002", "0.004", "0.006");
        assertThat(labels(Axis.ofValues(0, 128, 8))).containsExactly("0", "20", "40", "60", "80", "100", "120");
        assertThat(labels(Axis.ofValues(0, 4_915_200, 8))).containsExactly("0", "1M", "2M", "3M", "4M", "5M");
        assertThat(labels(Axis.ofValues(0, 45_000, 8))).containsExactly("0", "10k", "20k", "30k", "40k");
        assertThat(labels(Axis.ofSteps(1, 300, 7))).containsExactly("50", "100", "150", "200", "250", "300");
        assertThat(labels(Axis.ofSteps(1, 3, 7))).containsExactly("1", "2", "3");
    }

    @Test
    void equalValuesAreInTheMiddle() {
        assertThat(Axis.ofValues(5, 5, 8).place(5)).isCloseTo(0.5, within(EXACT));
        assertThat(Axis.ofValues(-5, -5, 8).place(-5)).isCloseTo(0.5, within(EXACT));
        assertThat(labels(Axis.ofValues(0, 0, 8))).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(Axis.ofSteps(7, 7, 7))).containsExactly("7", "8");
    }

    @Test
    void scalesOfAnySizeHaveAFewTicksBetweenTheirEnds() {
        for (int exponent = -290; exponent <= 290; exponent += 10) {
            Axis axis = Axis.ofValues(-Math.pow(10, exponent), 3 * Math.pow(10, exponent), 8);
            assertThat(axis.ticks()).hasSizeBetween(4, 8).isSorted();
            assertThat(axis.place(axis.ticks().get(0))).isGreaterThanOrEqualTo(-EXACT);
            assertThat(axis.place(axis.ticks().get(axis.ticks().size() - 1))).isLessThanOrEqualTo(1 + EXACT);
        }
    }

    @Test
    void thinningKeepsSpikesAndEnds() {
        double[] values = new double[10_000];
        values[4321] = 7;
        values[8765] = -3;
        Curve thin = curve(values).thinned(400);
        assertThat(thin.length()).isEqualTo(400);
        assertThat(Arrays.stream(thin.values()).max()).hasValue(7);
        assertThat(Arrays.stream(thin.values()).min()).hasValue(-3);
        assertThat(thin.steps()).isSorted();
        assertThat(thin.steps()[0]).isEqualTo(1);
        assertThat(thin.steps()[399]).isEqualTo(10_000);
        assertThat(curve(new double[400]).thinned(400).length()).isEqualTo(400);
    }

    @Test
    void aGapStaysWhereAllIsMissing() {
        double[] values = new double[1000];
        Arrays.fill(values, 500, 1000, Double.NaN);
        Curve thin = curve(values).thinned(100);
        assertThat(IntStream.range(0, 100).filter(i -> Double.isNaN(thin.values()[i])))
                .hasSize(50);
    }

    @Test
    void noiseIsSmoothedAndAPlainCurveIsNot() {
        KeyedRandom random = KeyedRandom.ofSeed(5);
        double[] noise = IntStream.range(0, 400).mapToDouble(random::gaussian).toArray();
        double[] plain = IntStream.range(0, 400)
                .mapToDouble(i -> Math.min(i, 40) - i / 100.0)
                .toArray();
        assertThat(curve(plain).smoothed().values()).isEqualTo(plain);
        assertThat(curve(noise).window()).isEqualTo(21);
        assertThat(Arrays.stream(curve(noise).smoothed().values())
                        .map(Math::abs)
                        .max()
                        .orElseThrow())
                .isLessThan(Arrays.stream(noise).map(Math::abs).max().orElseThrow() / 3);
        double[] few = Arrays.copyOf(noise, 39);
        assertThat(curve(few).smoothed().values()).as("few points").isEqualTo(few);
    }

    @Test
    void meansWeighNearPointsMoreAndLeaveOutWhatIsNotFinite() {
        double[] values = new double[60];
        for (int i = 0; i < 60; i++) {
            values[i] = i % 2 == 0 ? 1 : -1;
        }
        values[0] = Double.POSITIVE_INFINITY;
        values[30] = 10;
        Curve smooth = curve(values).smoothed();
        // window 5, weights 1 2 3 2 1
        assertThat(smooth.values()[30]).isCloseTo((1 - 2 + 30 - 2 + 1) / 9.0, within(EXACT));
        assertThat(smooth.values()[0]).isCloseTo((-1 * 2 + 1) / 3.0, within(EXACT));
        assertThat(smooth.values()[59]).isCloseTo((-1 + 2 - 3) / 6.0, within(EXACT));
    }

    private static Curve curve(double[] values) {
        return new Curve(
                "c", IntStream.rangeClosed(1, values.length).asDoubleStream().toArray(), values);
    }

    private static List<String> labels(Axis axis) {
        return axis.ticks().stream().map(axis::label).toList();
    }
}
