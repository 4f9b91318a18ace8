package org.rft4j.algorithms.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.testing.GroupGolden;
import org.rft4j.engine.InvalidInputException;

final class AggregationTest {
    private static final Aggregation TOKEN_MEAN = new Aggregation.TokenMean();
    private static final Aggregation SEQUENCE_MEAN = new Aggregation.SequenceMeanTokenMean();
    private static final Aggregation SEQUENCE_SUM = new Aggregation.SequenceMeanTokenSum(1);

    private static double apply(Aggregation aggregation, double[]... rows) {
        double[] weights =
                aggregation.of(Arrays.stream(rows).mapToInt(row -> row.length).toArray());
        double loss = 0;
        for (int row = 0; row < rows.length; row++) {
            loss += weights[row] * Arrays.stream(rows[row]).sum();
        }
        return loss;
    }

    /** Two sequences, losses [1,1,1,1] and [3], C = 4: the table of the conventions. */
    @TestFactory
    Stream<DynamicTest> conventions() {
        Map<Aggregation, Double> expected = new LinkedHashMap<>();
        expected.put(TOKEN_MEAN, 1.4);
        expected.put(SEQUENCE_SUM, 3.5);
        expected.put(SEQUENCE_MEAN, 2.0);
        expected.put(new Aggregation.SequenceMeanTokenSum(4), 0.875);
        expected.put(new Aggregation.TokenSum(4), 1.75);
        return expected.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey().toString(),
                        () -> assertThat(apply(entry.getKey(), new double[] {1, 1, 1, 1}, new double[] {3}))
                                .isCloseTo(entry.getValue(), within(FP64))));
    }

    @TestFactory
    Stream<DynamicTest> golden() {
        JsonNode golden = GroupGolden.read("aggregation");
        double[][] rows = GroupGolden.grid(golden.required("rows"));
        Map<String, Aggregation> byName = new LinkedHashMap<>();
        byName.put("tokenMean", TOKEN_MEAN);
        byName.put("sequenceMeanTokenMean", SEQUENCE_MEAN);
        byName.put("sequenceMeanTokenSum", SEQUENCE_SUM);
        byName.put("sequenceMeanTokenSumOver4", new Aggregation.SequenceMeanTokenSum(4));
        byName.put("tokenSumOver4", new Aggregation.TokenSum(4));
        return byName.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> assertThat(apply(entry.getValue(), rows))
                                .isCloseTo(golden.required(entry.getKey()).doubleValue(), within(FP64))));
    }

    @Test
    void equalLengthsMakeTokenAndSequenceMeansEqual() {
        int[] counts = {3, 3, 3};
        assertThat(TOKEN_MEAN.of(counts)).containsExactly(SEQUENCE_MEAN.of(counts), within(FP64));
    }

    @Test
    void sequencesWithoutTokensWeighNothingAndDoNotCount() {
        for (Aggregation each : List.of(TOKEN_MEAN, SEQUENCE_MEAN, SEQUENCE_SUM, new Aggregation.TokenSum(7))) {
            double[] with = each.of(new int[] {2, 0, 5});
            double[] without = each.of(new int[] {2, 5});
            assertThat(with).as(each.toString()).containsExactly(without[0], 0, without[1]);
            assertThat(each.of(new int[] {0, 0})).as(each.toString()).containsExactly(0, 0);
        }
    }

    @Test
    void refusesConstantsThatDoNotDivide() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Aggregation.SequenceMeanTokenSum(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("constant of an aggregation was " + bad
                            + ", must be finite and above 0; use the limit of generated tokens, or 1 for none");
            assertThatThrownBy(() -> new Aggregation.TokenSum(bad))
                    .hasMessageStartingWith("constant of an aggregation was " + bad);
        }
    }
}
