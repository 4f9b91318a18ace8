package org.rft4j.algorithms.unpaired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.unpaired.StepBench.Outcome;
import org.rft4j.algorithms.unpaired.StepBench.Padding;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Objective;

/** What all losses of the package hold: golden value and gradient, slopes, and nothing that depends on how a step lies in memory. */
class UnpairedGoldenTest {
    /** Columns of the window are floats, all else is float64. */
    private static final double TOLERANCE_COLUMNS = 1e-6;

    private static final double TOLERANCE_F32 = 1e-5;

    private static final double TOLERANCE_F64 = 1e-12;

    private static final double STEP = 1e-6;
    private static final double TOLERANCE_DIFFERENCES = 1e-7;

    /** Where what the window found moves along, in floats. */
    private static final double STEP_WINDOW = 1e-2;

    private static final double TOLERANCE_DIFFERENCES_WINDOW = 1e-5;

    @ParameterizedTest
    @MethodSource("org.rft4j.algorithms.unpaired.Cases#all")
    void valueAndGradientAreThoseOfPyTorch(Cases.Case of) {
        JsonNode expected = StepRows.golden(of.batch()).required("cases").required(of.name());
        Outcome outcome = StepBench.run(of.objective().get(), StepRows.read(of.batch()));
        assertThat(outcome.loss()).isCloseTo(expected.required("loss").doubleValue(), within(TOLERANCE_COLUMNS));
        JsonNode gradient = expected.required("gradient");
        assertSame(outcome.gradient(), (row, t) -> gradient.get(row).get(t).doubleValue(), TOLERANCE_COLUMNS);
    }

    @ParameterizedTest
    @MethodSource("org.rft4j.algorithms.unpaired.Cases#all")
    void metricsAreThoseOfPyTorchHoweverTheStepIsSplit(Cases.Case of) {
        JsonNode expected = StepRows.golden(of.batch())
                .required("cases")
                .required(of.name())
                .required("metrics");
        StepRows rows = StepRows.read(of.batch());
        int[] units = StepBench.units(rows);
        int[][] each = Arrays.stream(units).mapToObj(unit -> new int[] {unit}).toArray(int[][]::new);
        for (int[][] split : new int[][][] {{units}, each}) {
            Objective objective = of.objective().get();
            Map<String, LossMetrics.Number> told = StepBench.run(
                            objective, rows, StepBench.window(objective, rows), DataType.FLOAT32, Padding.RIGHT, split)
                    .metrics();
            assertThat(told).hasSize(expected.size());
            told.forEach((name, number) -> assertThat(number.value())
                    .as(name)
                    .isCloseTo(expected.required(name).doubleValue(), within(TOLERANCE_F32)));
        }
    }

    @ParameterizedTest
    @MethodSource("org.rft4j.algorithms.unpaired.Cases#differentiable")
    void gradientsAreDifferences(Cases.Case of) {
        StepRows rows = StepRows.read(of.batch());
        Map<TokenColumn, double[][]> window = StepBench.window(of.objective().get(), rows);
        double step = of.window() ? STEP_WINDOW : STEP;
        double[][] gradient = StepBench.run(of.objective().get(), rows).gradient();
        for (int row = 0; row < gradient.length; row++) {
            for (int t = 0; t < gradient[row].length; t++) {
                double above = lossOf(of, rows.moved(row, t, step), window);
                double below = lossOf(of, rows.moved(row, t, -step), window);
                assertThat((above - below) / (2 * step))
                        .as("token " + t + " of row " + row)
                        .isCloseTo(
                                gradient[row][t],
                                within(of.window() ? TOLERANCE_DIFFERENCES_WINDOW : TOLERANCE_DIFFERENCES));
            }
        }
    }

    private static double lossOf(Cases.Case of, StepRows rows, Map<TokenColumn, double[][]> found) {
        Objective objective = of.objective().get();
        Map<TokenColumn, double[][]> window = of.window() ? StepBench.window(objective, rows) : found;
        return StepBench.run(objective, rows, window, DataType.FLOAT64, Padding.RIGHT, StepBench.units(rows))
                .loss();
    }

    @ParameterizedTest
    @MethodSource("org.rft4j.algorithms.unpaired.Cases#all")
    void neitherSplitNorPaddingMatters(Cases.Case of) {
        StepRows rows = StepRows.read(of.batch());
        Outcome whole = StepBench.run(of.objective().get(), rows);
        int[] units = StepBench.units(rows);
        int[][] split = {{units[2]}, {units[0], units[3]}, Arrays.copyOfRange(units, 4, units.length), {units[1]}};
        Objective objective = of.objective().get();
        Outcome parts = StepBench.run(
                objective, rows, StepBench.window(objective, rows), DataType.FLOAT64, Padding.LEFT, nonEmpty(split));
        assertThat(parts.loss()).isCloseTo(whole.loss(), within(TOLERANCE_F64));
        assertSame(parts.gradient(), (row, t) -> whole.gradient()[row][t], TOLERANCE_F64);
    }

    private static int[][] nonEmpty(int[][] split) {
        return Arrays.stream(split).filter(part -> part.length > 0).toArray(int[][]::new);
    }

    @ParameterizedTest
    @MethodSource("org.rft4j.algorithms.unpaired.Cases#all")
    void theOrderOfUnitsDoesNotMatter(Cases.Case of) {
        StepRows rows = StepRows.read(of.batch());
        int[] units = StepBench.units(rows);
        int[] all = rows.rowsOf(IntStream.range(0, units.length)
                .map(i -> units[units.length - 1 - i])
                .toArray());
        Outcome straight = StepBench.run(of.objective().get(), rows);
        Outcome moved = StepBench.run(of.objective().get(), rows.rows(all));
        assertThat(moved.loss()).isCloseTo(straight.loss(), within(TOLERANCE_COLUMNS));
        double[][] expected = StepRows.pick(straight.gradient(), all);
        assertSame(moved.gradient(), (row, t) -> expected[row][t], TOLERANCE_COLUMNS);
    }

    @ParameterizedTest
    @MethodSource("org.rft4j.algorithms.unpaired.Cases#all")
    void extremesStayFinite(Cases.Case of) {
        StepRows rows = StepRows.read(of.batch());
        double[] cycle = {-1e-30, -80, -1e4};
        double[][] extreme = Arrays.stream(rows.logProbs()).map(double[]::clone).toArray(double[][]::new);
        for (int row = 0; row < extreme.length; row++) {
            for (int t = 0; t < extreme[row].length; t++) {
                extreme[row][t] = cycle[(row + t) % cycle.length];
            }
        }
        StepRows far = rows.withLogProbs(extreme);
        Objective objective = of.objective().get();
        Outcome outcome = StepBench.run(
                objective,
                far,
                StepBench.window(objective, far),
                DataType.FLOAT32,
                Padding.RIGHT,
                StepBench.units(far));
        assertThat(outcome.loss()).isFinite();
        assertSame(outcome.gradient(), (row, t) -> outcome.gradient()[row][t], 0);
        outcome.metrics()
                .forEach((name, number) -> assertThat(number.value()).as(name).isFinite());
    }

    private interface Numbers {
        double at(int row, int t);
    }

    private static void assertSame(double[][] found, Numbers wanted, double tolerance) {
        for (int row = 0; row < found.length; row++) {
            for (int t = 0; t < found[row].length; t++) {
                assertThat(found[row][t])
                        .as("token " + t + " of row " + row)
                        .isFinite()
                        .isCloseTo(wanted.at(row, t), within(tolerance));
            }
        }
    }
}
