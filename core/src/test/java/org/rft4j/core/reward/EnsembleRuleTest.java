package org.rft4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.InvalidInputException;

class EnsembleRuleTest {
    private static final double TOLERANCE = 1e-7;

    /** The numbers of the reference: members that say 1, 2 and 4. */
    static Stream<Arguments> checks() {
        return Stream.of(
                Arguments.of(new EnsembleRule.Mean(), 2.3333333, 2.3333333),
                Arguments.of(new EnsembleRule.WorstCase(), 1, 2.3333333),
                Arguments.of(uncertain(0.1, EnsembleRule.Variance.UNBIASED), 2.1, 2.3333333),
                Arguments.of(uncertain(0.5, EnsembleRule.Variance.BIASED), 1.5555556, 1.5555556),
                Arguments.of(uncertain(0, EnsembleRule.Variance.UNBIASED), 2.3333333, 2.3333333),
                Arguments.of(uncertain(0, EnsembleRule.Variance.BIASED), 2.3333333, 1.5555556));
    }

    private static EnsembleRule uncertain(double lambda, EnsembleRule.Variance variance) {
        return new EnsembleRule.UncertaintyWeighted(lambda, variance);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("checks")
    void valueAndDisagreement(EnsembleRule rule, double value, double disagreement) {
        assertThat(rule.of(1, 2, 4)).isCloseTo(value, within(TOLERANCE));
        assertThat(rule.of(4, 1, 2)).isCloseTo(value, within(TOLERANCE));
        assertThat(rule.disagreement(1, 2, 4)).isCloseTo(disagreement, within(TOLERANCE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("checks")
    void aSingleMemberIsTakenAsItIs(EnsembleRule rule) {
        assertThat(rule.of(-3)).isEqualTo(-3);
        assertThat(rule.disagreement(-3)).isZero();
    }

    @Test
    void lambdaIsChecked() {
        for (double lambda : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> uncertain(lambda, EnsembleRule.Variance.BIASED))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("lambda was " + lambda + ", must be at least 0; use 0.1");
        }
    }
}
