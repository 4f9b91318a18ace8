package org.rft4j.algorithms.unpaired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.InvalidInputException;

/** What BCO remembers of earlier steps. */
class BcoStateTest {
    private static final TokenColumn DELTA = new TokenColumn("bco_delta");

    private static final double TOLERANCE_COLUMN = 1e-6;

    private static StepRows answers(double... ratios) {
        int[] units = new int[ratios.length];
        java.util.Arrays.setAll(units, n -> n);
        return StepRows.ofRatios(units, ratios).withNumbers(TokenColumn.LABEL, new double[ratios.length]);
    }

    private static double delta(Bco bco, StepRows rows) {
        return Objects.requireNonNull(StepBench.window(bco, rows).get(DELTA))[0][0];
    }

    private static void learn(Bco bco, double meanReward) {
        bco.learn(Map.of("bco/reward_mean", meanReward));
    }

    /** Rewards 1, 3 and then 8: their means are 2, and 4. */
    @ParameterizedTest
    @CsvSource({"BEFORE_USE, 2, 4, 4", "AFTER_USE, 0, 2, 4"})
    void deltaIsTheMeanOfAllRewardsOfStepsThatWereTaken(Bco.Delta when, double first, double second, double third) {
        Bco bco = new Bco(new Bco.Options(1, when));
        assertThat(delta(bco, answers(1, 3))).isCloseTo(first, within(TOLERANCE_COLUMN));
        assertThat(delta(bco, answers(1, 3))).as("a step that was skipped").isCloseTo(first, within(TOLERANCE_COLUMN));
        boolean told = when == Bco.Delta.AFTER_USE; // otherwise the window has told all
        learn(bco, told ? 2 : 1e9);
        assertThat(delta(bco, answers(8))).isCloseTo(second, within(TOLERANCE_COLUMN));
        learn(bco, told ? 8 : 1e9);
        assertThat(delta(bco, answers(4))).isCloseTo(third, within(TOLERANCE_COLUMN));
    }

    @ParameterizedTest
    @EnumSource(Bco.Delta.class)
    void aRestoredOneGoesOnAlike(Bco.Delta when) {
        Bco.Options options = new Bco.Options(0.3, when);
        Bco whole = new Bco(options);
        delta(whole, answers(1, 3, 0.1));
        learn(whole, 0.41);
        JsonNode state = whole.state();
        assertThat(state.required("count").longValue()).isEqualTo(3);
        Bco restored = new Bco(options);
        restored.restore(state);
        assertThat(restored.state()).isEqualTo(state);
        assertThat(delta(restored, answers(7, -2))).isEqualTo(delta(whole, answers(7, -2)));
    }

    @Test
    void anotherStateIsRefused() {
        Bco bco = UnpairedPresets.bco();
        assertThatThrownBy(() -> bco.restore(JsonNodeFactory.instance.objectNode()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "algorithm of the saved state was 'none', must be 'bco'; go on with the objective of the saved"
                                + " run, or start a new one");
        assertThatThrownBy(() -> bco.restore(JsonNodeFactory.instance
                        .objectNode()
                        .put("algorithm", "bco")
                        .put("mean", 0.5)
                        .put("count", -1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "mean and count in the saved state of bco was 0.5 and -1, must be a finite number and a count;"
                                + " restore the state as it was saved");
        assertThatThrownBy(() -> bco.restore(JsonNodeFactory.instance
                        .objectNode()
                        .put("algorithm", "bco")
                        .put("count", 1)))
                .hasMessageStartingWith("mean and count in the saved state of bco was  and 1");
    }
}
