package org.rft4j.core.data.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.engine.InvalidInputException;

class WeightedDrawsTest {
    private static final int DRAWS = 10_000;

    private static Dataset<TaskRecord> tasks(double... weights) {
        return Datasets.of(IntStream.range(0, weights.length)
                .mapToObj(i -> TaskRecord.of("t" + i, "text " + i).with("weight", weights[i]))
                .toList());
    }

    private static WeightedDraws<TaskRecord> draws(long seed, double... weights) {
        return WeightedDraws.of(tasks(weights), task -> task.number("weight"), seed);
    }

    private static List<String> ids(ExampleStream<TaskRecord> stream, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertThat(stream.hasNext()).isTrue();
            ids.add(stream.next().id());
        }
        return ids;
    }

    @Test
    void recordsComeAsOftenAsTheirWeightsSay() {
        List<String> ids = ids(draws(3, 0, 1, 0, 6, 3, 0), DRAWS);
        assertThat(ids).containsOnly("t1", "t3", "t4");
        assertThat(ids.stream().filter("t1"::equals).count())
                .as("0.1 with a standard deviation of 30")
                .isBetween(900L, 1100L);
        assertThat(ids.stream().filter("t3"::equals).count())
                .as("0.6 with a standard deviation of 49")
                .isBetween(5850L, 6150L);
    }

    @Test
    void theSeedSaysWhich() {
        assertThat(ids(draws(3, 1, 1, 1), 20)).isEqualTo(ids(draws(3, 1, 1, 1), 20));
        assertThat(ids(draws(3, 1, 1, 1), 20)).isNotEqualTo(ids(draws(4, 1, 1, 1), 20));
        assertThat(ids(draws(3, 0, 5), 5)).containsOnly("t1");
    }

    @Test
    void aRestoredStreamGoesOn() {
        WeightedDraws<TaskRecord> whole = draws(3, 1, 2, 3);
        ids(whole, 7);
        WeightedDraws<TaskRecord> restored = draws(3, 1, 2, 3);
        restored.restore(whole.state());
        assertThat(ids(restored, 20)).isEqualTo(ids(whole, 20));
    }

    @Test
    void otherDataSeedsAndWeightsAreRefused() {
        var state = draws(3, 1, 2, 3).state();
        assertThatThrownBy(() -> draws(4, 1, 2, 3).restore(state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "seed of 'weighted draws' was 4, must be 3 as in the saved state; continue with the seed of the"
                                + " saved run, or start a new one");
        assertThatThrownBy(() -> draws(3, 1, 2).restore(state))
                .hasMessageStartingWith("data of 'weighted draws' was ")
                .hasMessageEndingWith("continue with the data of the saved run, or start a new one");
        assertThatThrownBy(() -> WeightedDraws.of(tasks(1, 2, 3), task -> 1, 3).restore(state))
                .hasMessage(
                        "sum of 'weighted draws' was 3.0, must be 6.0 as in the saved state; continue with the weights of"
                                + " the saved run, or start a new one");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void weightsAreFiniteAndNotNegative(double weight) {
        assertThatThrownBy(() -> draws(3, 1, weight))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("weight of record t1 was " + weight
                        + ", must be finite and at least 0; leave the record out, or correct the function");
    }

    @Test
    void oneMustBeAboveZero() {
        assertThatThrownBy(() -> draws(3, 0, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("sum of the weights was 0.0, must be above 0 and finite; give a record that may be drawn a"
                        + " weight");
    }
}
