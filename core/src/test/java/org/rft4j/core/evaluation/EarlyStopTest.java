package org.rft4j.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;

class EarlyStopTest {
    private static Map<String, Double> reward(double value) {
        return Map.of("eval_reward", value);
    }

    @Test
    void theBestMustGainMoreThanTheLeastImprovement() {
        Best best = new Best(Goal.highest("eval_reward"), 0.25);
        assertThat(best.value()).isEmpty();
        assertThat(best.hear(Map.of("eval_other", 9.0), 1)).isFalse();
        assertThat(best.hear(reward(Double.NaN), 1)).isFalse();
        assertThat(best.hear(reward(0.5), 2)).isTrue();
        assertThat(best.hear(reward(0.75), 3)).isFalse();
        assertThat(best.hear(reward(0.875), 4)).isTrue();
        assertThat(best.value()).hasValue(0.875);
        assertThat(best.step()).hasValue(4);
    }

    @Test
    void ofALossTheSmallestIsBest() {
        Best best = new Best(Goal.lowest("loss"), 0);
        assertThat(best.hear(Map.of("loss", 2.0), 1)).isTrue();
        assertThat(best.hear(Map.of("loss", 2.0), 2)).isFalse();
        assertThat(best.hear(Map.of("loss", 3.0), 3)).isFalse();
        assertThat(best.hear(Map.of("loss", 1.0), 4)).isTrue();
    }

    @Test
    void patienceEndsARunThatStandsStill() {
        Patience stop = new EarlyStop(Goal.highest("eval_reward"), 2, 0, OptionalDouble.empty()).patient();
        assertThat(stop.hear(reward(0.5), 10)).isEmpty();
        assertThat(stop.hear(reward(0.25), 20)).isEmpty();
        assertThat(stop.hear(Map.of("eval_other_reward", 0.0), 20)).isEmpty();
        assertThat(stop.hear(reward(0.75), 30)).isEmpty();
        assertThat(stop.hear(reward(0.75), 40)).isEmpty();
        assertThat(stop.hear(reward(0.5), 50))
                .contains("eval_reward did not get better in the last 2 evaluations; the best was 0.75 after step 30");
    }

    @Test
    void goodEnoughEndsARunAtOnce() {
        Patience high = new EarlyStop(Goal.highest("eval_reward"), 9, 0, OptionalDouble.of(0.5)).patient();
        assertThat(high.hear(reward(0.25), 1)).isEmpty();
        assertThat(high.hear(reward(0.5), 2)).contains("eval_reward was 0.5, good enough is 0.5");
        Patience low = new EarlyStop(Goal.lowest("loss"), 9, 0, OptionalDouble.of(0.5)).patient();
        assertThat(low.hear(Map.of("loss", 0.75), 1)).isEmpty();
        assertThat(low.hear(Map.of("loss", 0.25), 2)).contains("loss was 0.25, good enough is 0.5");
    }

    @Test
    void numbersThatAreNeverFiniteEndARunToo() {
        Patience stop = new EarlyStop(Goal.highest("eval_reward"), 1, 0, OptionalDouble.of(0.5)).patient();
        assertThat(stop.hear(reward(Double.NaN), 1))
                .contains("eval_reward did not get better in the last 1 evaluations; the best was never finite");
    }

    @Test
    void itGoesOnAfterARestoreAsIfNothingHadHappened() {
        Patience one = new EarlyStop(Goal.highest("eval_reward"), 2, 0, OptionalDouble.empty()).patient();
        one.hear(reward(0.5), 10);
        one.hear(reward(0.25), 20);
        Patience other = new EarlyStop(Goal.highest("eval_reward"), 2, 0, OptionalDouble.empty()).patient();
        other.restore(one.state());
        assertThat(other.state()).isEqualTo(one.state());
        Optional<String> reason = one.hear(reward(0.25), 30);
        assertThat(reason).isPresent();
        assertThat(other.hear(reward(0.25), 30)).isEqualTo(reason);
    }

    @Test
    void otherStatesAndNumbersAreRefused() {
        Patience loss = new EarlyStop(Goal.lowest("loss"), 1, 0, OptionalDouble.empty()).patient();
        Patience reward = new EarlyStop(Goal.highest("eval_reward"), 1, 0, OptionalDouble.empty()).patient();
        assertThatThrownBy(() -> reward.restore(loss.state()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "state of the best eval_reward was {\"metric\":\"loss\"}, must name that metric, and have a "
                                + "value and a step or neither; restore what state() gave, with the same goal");
        assertThatThrownBy(() -> reward.restore(JsonNodeFactory.instance.objectNode()))
                .hasMessage("state of early stopping was {}, must have without and best; restore what state() gave");
        assertThatThrownBy(() -> new EarlyStop(Goal.lowest("loss"), 0, 0, OptionalDouble.empty()))
                .hasMessage("patience was 0, must be at least 1; use 3");
        assertThatThrownBy(() -> new Best(Goal.lowest("loss"), -1))
                .hasMessage("leastImprovement was -1.0, must be at least 0; use 0 to count any improvement");
    }
}
