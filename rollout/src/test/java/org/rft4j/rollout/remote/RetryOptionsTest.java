package org.rft4j.rollout.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

class RetryOptionsTest {
    private static final RetryOptions OPTIONS = new RetryOptions(9, Duration.ofMillis(1000), Duration.ofMillis(16_000));

    @Test
    void waitsDoubleUpToTheLongest() {
        KeyedRandom random = SampleKey.of("p", 1).random(5).derive("retry");
        for (int retry = 0; retry < 60; retry++) {
            long longest = Math.min(16_000, 1000L << Math.min(retry, 10));
            assertThat(OPTIONS.delayMillis(retry, random))
                    .isBetween(longest / 2, longest)
                    .isEqualTo(Math.round(longest * (1 + random.uniform(retry)) / 2));
        }
    }

    @Test
    void samplesDoNotComeBackTogether() {
        KeyedRandom one = SampleKey.of("p", 1).random(5).derive("retry");
        KeyedRandom two = SampleKey.of("p", 2).random(5).derive("retry");
        assertThat(OPTIONS.delayMillis(3, one)).isNotEqualTo(OPTIONS.delayMillis(3, two));
    }

    @Test
    void numbersAreChecked() {
        assertThatThrownBy(() -> new RetryOptions(-1, Duration.ofMillis(1), Duration.ofMillis(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("retries was -1, must be at least 0; use RetryOptions.NONE to fail at once");
        assertThatThrownBy(() -> new RetryOptions(1, Duration.ofMillis(2), Duration.ofMillis(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "firstDelay was PT0.002S, must be at least a millisecond and at most maxDelay PT0.001S; use half a"
                                + " second");
    }
}
