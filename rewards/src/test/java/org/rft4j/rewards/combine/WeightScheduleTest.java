package org.rft4j.rewards.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WeightScheduleTest {
    private static final double EXACT = 1e-12;

    @Test
    void constantsStay() {
        assertThat(WeightSchedule.constant(0.3).at(1_000_000)).isEqualTo(0.3);
    }

    @Test
    void linesReachTheirEndAndStay() {
        WeightSchedule line = WeightSchedule.linear(1, 0, 4);
        assertThat(line.at(0)).isEqualTo(1);
        assertThat(line.at(1)).isEqualTo(0.75, within(EXACT));
        assertThat(line.at(4)).isEqualTo(0);
        assertThat(line.at(5)).isEqualTo(0);
    }

    @Test
    void cosinesAreSlowAtBothEnds() {
        WeightSchedule cosine = WeightSchedule.cosine(2, 0, 4);
        assertThat(cosine.at(0)).isEqualTo(2, within(EXACT));
        assertThat(cosine.at(1)).isEqualTo(1 + Math.sqrt(0.5), within(EXACT));
        assertThat(cosine.at(2)).isEqualTo(1, within(EXACT));
        assertThat(cosine.at(9)).isEqualTo(0, within(EXACT));
    }

    @Test
    void stagesHoldUntilTheNext() {
        WeightSchedule stages = WeightSchedule.stages(new TreeMap<>(Map.of(0L, 1.0, 10L, 0.5)));
        assertThat(stages.at(9)).isEqualTo(1);
        assertThat(stages.at(10)).isEqualTo(0.5);
        assertThatThrownBy(() -> WeightSchedule.stages(new TreeMap<>(Map.of(3L, 1.0))))
                .hasMessage("first step of the stages was 3, must be 0; say what the weight is in the beginning");
    }

    @Test
    void badNumbersAreNamed() {
        assertThatThrownBy(() -> WeightSchedule.constant(Double.NaN))
                .hasMessage("weight of a reward was NaN, must be finite; use 0 to only measure it");
        assertThatThrownBy(() -> WeightSchedule.linear(0, 1, 0))
                .hasMessage("steps of a weight schedule was 0, must be positive; use constant(...)");
    }
}
