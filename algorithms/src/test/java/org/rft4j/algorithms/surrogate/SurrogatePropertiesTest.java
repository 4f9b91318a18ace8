package org.rft4j.algorithms.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.WindowTotals;

/** What holds for every surrogate under every ratio level. */
final class SurrogatePropertiesTest {
    /** The same float64 sums in another order or number of columns, relative to values of up to 1e9. */
    private static final double TOLERANCE_F64 = 1e-11;

    /** The same float32 shares, added up in another order. */
    private static final double TOLERANCE_F32 = 1e-5;

    /** Central differences of step 1e-5 in float64: the error is of the order of the step squared. */
    private static final double TOLERANCE_DIFFERENCES = 1e-7;

    private static final double STEP = 1e-5;

    private static final Grid GRID = Grid.golden();

    /** Rows without the token and the sequence that lie at the clamps, where central differences lose their digits. */
    private static final int[] NEAR = {0, 1, 2, 4};

    @TestFactory
    List<DynamicTest> gradientIsTheSlopeOfTheLoss() {
        return forAll((name, level) -> {
            if (!Cases.SCORE_FUNCTIONS.contains(name) && !level.equals("SEQUENCE_TOKEN")) {
                slopes(Cases.SURROGATES.get(name), Cases.LEVELS.get(level));
            }
        });
    }

    private static void slopes(Surrogate surrogate, RatioLevel level) {
        Grid near = GRID.rows(NEAR);
        double[][] gradient =
                Bench.run(surrogate, level, near, DataType.FLOAT64).gradient();
        for (int row = 0; row < near.rows(); row++) {
            for (int t = 0; t < near.columns(); t++) {
                // |lp - old| has a corner where both are equal
                if (near.trained(row, t) && near.get(Grid.LOG_PROBS)[row][t] != near.get(Grid.OLD)[row][t]) {
                    double slope = (lossWith(surrogate, level, near, row, t, STEP)
                                    - lossWith(surrogate, level, near, row, t, -STEP))
                            / (2 * STEP);
                    assertClose("[" + row + "][" + t + "]", gradient[row][t], slope, TOLERANCE_DIFFERENCES);
                }
            }
        }
    }

    private static double lossWith(Surrogate surrogate, RatioLevel level, Grid grid, int row, int t, double step) {
        Grid moved = grid.change(Grid.LOG_PROBS, true, x -> x); // a copy
        moved.get(Grid.LOG_PROBS)[row][t] += step;
        return Bench.run(surrogate, level, moved, DataType.FLOAT64).loss();
    }

    @TestFactory
    List<DynamicTest> scoreFunctionsWeighTheLogProbWithAConstant() {
        return forAll((name, level) -> {
            if (Cases.SCORE_FUNCTIONS.contains(name)) {
                Bench.Result result = run(name, level, GRID);
                eachTrained((row, t) -> assertClose(
                        name,
                        result.gradient()[row][t] * GRID.get(Grid.LOG_PROBS)[row][t],
                        result.perToken()[row][t] * GRID.get(Grid.WEIGHTS)[row][t],
                        TOLERANCE_F64));
            }
        });
    }

    @TestFactory
    List<DynamicTest> maskIsTheSubArray() {
        return forAll((name, level) -> {
            Bench.Result whole = run(name, level, GRID);
            for (int row = 0; row < GRID.rows(); row++) {
                if (GRID.tokens(row) > 0) {
                    Bench.Result alone = run(name, level, GRID.trainedOf(row));
                    assertClose(name, GRID.trained(row, whole.perToken()[row]), alone.perToken()[0], TOLERANCE_F64);
                    assertClose(name, GRID.trained(row, whole.gradient()[row]), alone.gradient()[0], TOLERANCE_F64);
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> whatStandsBehindTheMaskChangesNothing() {
        Grid garbage = GRID.change(Grid.LOG_PROBS, false, x -> -7)
                .change(Grid.OLD, false, x -> 3)
                .change(Grid.SAMPLER, false, x -> 5)
                .change(Grid.ADVANTAGES, false, x -> -11)
                .change(Grid.CHOSEN, false, x -> 1);
        return forAll((name, level) -> {
            Bench.Result clean = run(name, level, GRID, DataType.FLOAT32);
            Bench.Result dirty = run(name, level, garbage, DataType.FLOAT32);
            assertThat(dirty.loss()).isEqualTo(clean.loss());
            assertThat(dirty.gradient()).isDeepEqualTo(clean.gradient());
            assertThat(dirty.metrics()).isEqualTo(clean.metrics());
        });
    }

    @TestFactory
    List<DynamicTest> orderOfRowsChangesNothing() {
        int[] order = {4, 3, 6, 0, 5, 2, 1};
        return forAll((name, level) -> {
            Bench.Result one = run(name, level, GRID);
            Bench.Result other = run(name, level, GRID.rows(order));
            assertClose(name, one.loss(), other.loss(), TOLERANCE_F64);
            for (int i = 0; i < order.length; i++) {
                assertClose(name, other.perToken()[i], one.perToken()[order[i]], TOLERANCE_F64);
                assertClose(name, other.gradient()[i], one.gradient()[order[i]], TOLERANCE_F64);
            }
        });
    }

    @TestFactory
    List<DynamicTest> microBatchesAddUp() {
        WindowTotals window = WindowTotals.of(GRID.tokensOfRows());
        return forAll((name, level) -> {
            Surrogate surrogate = Cases.SURROGATES.get(name);
            RatioLevel ratio = Cases.LEVELS.get(level);
            Bench.Result whole = run(name, level, GRID, DataType.FLOAT32);
            Bench.Result first = Bench.run(surrogate, ratio, GRID.rows(0, 1, 2), DataType.FLOAT32, window);
            Bench.Result second = Bench.run(surrogate, ratio, GRID.rows(3, 4, 5, 6), DataType.FLOAT32, window);
            assertClose(name, first.loss() + second.loss(), whole.loss(), TOLERANCE_F32);
            Map<String, LossMetrics.Number> joined = new LinkedHashMap<>();
            LossMetrics.join(joined, first.metrics());
            LossMetrics.join(joined, second.metrics());
            assertThat(joined.keySet()).isEqualTo(whole.metrics().keySet());
            joined.forEach((metric, number) -> assertClose(
                    metric, number.value(), whole.metrics().get(metric).value(), TOLERANCE_F32));
            for (int row = 0; row < GRID.rows(); row++) {
                double[] part = row < 3 ? first.gradient()[row] : second.gradient()[row - 3];
                assertClose(name, part, whole.gradient()[row], TOLERANCE_F32);
            }
        });
    }

    @TestFactory
    List<DynamicTest> everythingIsFiniteAtExtremes() {
        double[] far = {-1e4, 0, -1e4, 0, -1e4, 0, -88, -1e-7};
        double[] old = {0, -1e4, 0, -1e4, -1e4, 0, -1e-7, -88};
        double[] advantages = {2, 2, -2, -2, 1, -1, 3, -3};
        return forAll((name, level) -> {
            // each token in a row of its own too, so that means cannot hide it
            Bench.Result together = run(name, level, Grid.row(far, old, advantages), DataType.FLOAT32);
            assertFinite(together);
            for (int i = 0; i < far.length; i++) {
                double[] one = {advantages[i]};
                assertFinite(run(
                        name,
                        level,
                        Grid.row(new double[] {far[i]}, new double[] {old[i]}, one)
                                .with(Grid.CHOSEN, new double[][] {{1}}),
                        DataType.FLOAT32));
            }
        });
    }

    private static void assertFinite(Bench.Result result) {
        assertThat(result.loss()).isFinite();
        for (int t = 0; t < result.perToken()[0].length; t++) {
            assertThat(result.perToken()[0][t]).isFinite();
            assertThat(result.gradient()[0][t]).isFinite();
        }
        result.metrics()
                .forEach((name, number) -> assertThat(number.value()).as(name).isFinite());
    }

    private static Bench.Result run(String name, String level, Grid grid) {
        return run(name, level, grid, DataType.FLOAT64);
    }

    private static Bench.Result run(String name, String level, Grid grid, DataType type) {
        return Bench.run(Cases.SURROGATES.get(name), Cases.LEVELS.get(level), grid, type);
    }

    private static List<DynamicTest> forAll(BiConsumer<String, String> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String name : Cases.SURROGATES.keySet()) {
            for (String level : Cases.LEVELS.keySet()) {
                tests.add(DynamicTest.dynamicTest(name + " " + level, () -> check.accept(name, level)));
            }
        }
        return tests;
    }

    private static void eachTrained(BiConsumer<Integer, Integer> check) {
        for (int row = 0; row < GRID.rows(); row++) {
            for (int t = 0; t < GRID.columns(); t++) {
                if (GRID.trained(row, t)) {
                    check.accept(row, t);
                }
            }
        }
    }

    private static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertClose(what, actual[i], expected[i], tolerance);
        }
    }

    private static void assertClose(String what, double actual, double expected, double tolerance) {
        assertThat(actual).as(what).isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
    }
}
