package org.rft4j.algorithms.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.ratio.RatioLevel;

/** Agreement with the independent float64 implementation in {@code src/test/golden/generate_surrogates.py}, value and gradient. */
final class SurrogateGoldenTest {
    /** Two float64 implementations that sum in different orders, relative to values of up to 1e9. */
    private static final double TOLERANCE_F64 = 1e-11;

    /** float32 against float64, relative; a ratio of exp(20) takes up an error of 20 rounded to float32. */
    private static final double TOLERANCE_F32 = 2e-5;

    private static final Grid GRID = Grid.golden();

    @TestFactory
    List<DynamicTest> valuesGradientsAndMetrics() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode c : Grid.read("cases")) {
            String name = c.required("surrogate").textValue() + " "
                    + c.required("level").textValue();
            tests.add(DynamicTest.dynamicTest(name + " float64", () -> check(c, DataType.FLOAT64, TOLERANCE_F64)));
            tests.add(DynamicTest.dynamicTest(name + " float32", () -> check(c, DataType.FLOAT32, TOLERANCE_F32)));
        }
        return tests;
    }

    @Test
    void everySurrogateMeetsEveryLevel() {
        Set<String> expected = new TreeSet<>();
        Cases.SURROGATES.keySet().forEach(s -> Cases.LEVELS.keySet().forEach(level -> expected.add(s + " " + level)));
        Set<String> found = new TreeSet<>();
        Grid.read("cases")
                .forEach(c -> found.add(c.required("surrogate").textValue() + " "
                        + c.required("level").textValue()));
        assertThat(found).isEqualTo(expected);
    }

    private static void check(JsonNode c, DataType type, double tolerance) {
        Surrogate surrogate = Cases.SURROGATES.get(c.required("surrogate").textValue());
        RatioLevel level = Cases.LEVELS.get(c.required("level").textValue());
        Bench.Result result = Bench.run(surrogate, level, GRID, type);
        double[][] perToken = Grid.numbers(c.required("perToken"));
        double[][] gradient = Grid.numbers(c.required("gradient"));
        double loss = 0;
        for (int row = 0; row < GRID.rows(); row++) {
            for (int t = 0; t < GRID.columns(); t++) {
                String place = "[" + row + "][" + t + "]";
                assertClose("gradient" + place, result.gradient()[row][t], gradient[row][t], tolerance);
                if (GRID.trained(row, t)) {
                    assertClose("loss" + place, result.perToken()[row][t], perToken[row][t], tolerance);
                    loss += perToken[row][t] * GRID.get(Grid.WEIGHTS)[row][t];
                }
            }
        }
        assertClose("weighted loss", result.loss(), loss, tolerance);
        if (type == DataType.FLOAT32) {
            JsonNode metrics = c.required("metrics");
            assertThat(result.metrics().keySet())
                    .containsExactlyInAnyOrderElementsOf(metrics.propertyStream()
                            .map(java.util.Map.Entry::getKey)
                            .toList());
            result.metrics()
                    .forEach((name, number) -> assertClose(
                            name, number.value(), metrics.required(name).doubleValue(), tolerance));
        }
    }

    private static void assertClose(String what, double actual, double expected, double tolerance) {
        assertThat(actual).as(what).isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
    }
}
