package org.rft4j.core.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Distances over trained tokens, whatever stands elsewhere. */
class SamplerAgreementMetricTest {
    private static final double TOLERANCE = 1e-7;
    private static final List<TokenTrace> TRACES =
            List.of(trace(new boolean[] {false, true, true}, 0, -1, -2), trace(new boolean[] {false, true}, 0, -0.5f));

    private static TokenTrace trace(boolean[] trained, float... logProbs) {
        return new TokenTrace(new long[trained.length], trained, logProbs, 1);
    }

    @Test
    void meanAndLargestOverTrainedTokens() {
        float[] scored = {9, -1.25f, -2, 9, -0.75f, 9};
        SamplerAgreement agreement = SamplerAgreement.of(TRACES, scored);
        assertThat(agreement.tokens()).isEqualTo(3);
        assertThat(agreement.mean()).isCloseTo(0.5 / 3, within(TOLERANCE));
        assertThat(agreement.largest()).isCloseTo(0.25, within(TOLERANCE));
    }

    @Test
    void whatIsImpossibleOrNoNumberIsNotHidden() {
        float[] impossible = {0, Float.NEGATIVE_INFINITY, -2, 0, -0.5f, 0};
        assertThat(SamplerAgreement.of(TRACES, impossible).largest()).isInfinite();
        float[] broken = {0, -1, Float.NaN, 0, 5, 0};
        assertThat(SamplerAgreement.of(TRACES, broken).largest()).isNaN();
        assertThat(SamplerAgreement.of(TRACES, broken).mean()).isNaN();
    }

    @Test
    void nothingTrainedIsNoDistance() {
        List<TokenTrace> none = List.of(trace(new boolean[] {false}, 0));
        assertThat(SamplerAgreement.of(none, new float[] {-3})).isEqualTo(new SamplerAgreement(0, 0, 0));
    }

    @Test
    void refusesScoresOfAnotherBatch() {
        for (int size : new int[] {4, 7}) {
            assertThatThrownBy(() -> SamplerAgreement.of(TRACES, new float[size]))
                    .hasMessage(
                            "number of log-probs was " + size + ", must be that of the traces, 2, times at least the"
                                    + " longest of them, 3; pass PolicyScores.logProbs() of the same batch");
        }
        assertThatThrownBy(() -> SamplerAgreement.of(List.of(), new float[1]))
                .hasMessageContaining("traces was none, must be at least one");
    }
}
