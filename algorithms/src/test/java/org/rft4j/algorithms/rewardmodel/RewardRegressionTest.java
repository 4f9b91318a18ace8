package org.rft4j.algorithms.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.rewardmodel.TextRows.Outcome;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;

class RewardRegressionTest {
    private static final double TOLERANCE_F64 = 1e-12;
    private static final double TOLERANCE_F32 = 1e-6;
    private static final double STEP = 1e-6;
    private static final double TOLERANCE_DIFFERENCES = 1e-8;
    private static final TokenColumn TARGET = new TokenColumn("score");
    private static final RewardRegression REGRESSION = new RewardRegression(TARGET);
    private static final JsonNode GOLDEN = TextRows.golden();
    private static final TextRows ROWS = TextRows.single(TextRows.numbers(GOLDEN.required("rewards")))
            .with(TARGET, TextRows.numbers(GOLDEN.required("targets")));

    @Test
    void lossGradientAndMetricsAreThoseOfPyTorch() {
        JsonNode expected = GOLDEN.required("regression");
        Outcome exact = ROWS.run(REGRESSION);
        assertThat(exact.loss()).isCloseTo(expected.required("loss").doubleValue(), within(TOLERANCE_F64));
        assertThat(exact.gradient())
                .containsExactly(TextRows.numbers(expected.required("gradient")), within(TOLERANCE_F64));
        for (int[][] split : new int[][][] {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, {{7, 0}, {1}, {9, 8, 2}, {3, 4, 5, 6}}}) {
            Outcome single = ROWS.run(REGRESSION, DataType.FLOAT32, split);
            assertThat(single.metrics()).hasSize(expected.required("metrics").size());
            expected.required("metrics")
                    .properties()
                    .forEach(metric -> assertThat(single.metric(metric.getKey()))
                            .as(metric.getKey())
                            .isCloseTo(metric.getValue().doubleValue(), within(TOLERANCE_F32)));
        }
    }

    @Test
    void neitherSplitNorPaddingMattersAndGradientsAreDifferences() {
        Outcome whole = ROWS.run(REGRESSION);
        for (Outcome other : new Outcome[] {
            ROWS.run(REGRESSION, DataType.FLOAT64, new int[][] {{7, 0}, {1}, {9, 8, 2}, {3, 4, 5, 6}}),
            ROWS.paddedOnTheLeft().run(REGRESSION)
        }) {
            assertThat(other.loss()).isCloseTo(whole.loss(), within(TOLERANCE_F64));
            assertThat(other.gradient()).containsExactly(whole.gradient(), within(TOLERANCE_F64));
        }
        double[] above = ROWS.rewards().clone();
        double[] below = ROWS.rewards().clone();
        above[4] += STEP;
        below[4] -= STEP;
        double slope = (ROWS.withRewards(above).run(REGRESSION).loss()
                        - ROWS.withRewards(below).run(REGRESSION).loss())
                / (2 * STEP);
        assertThat(slope).isCloseTo(whole.gradient()[4], within(TOLERANCE_DIFFERENCES));
    }

    @Test
    void whatIsRightCostsNothing() {
        Outcome outcome = TextRows.single(1.5, -2).with(TARGET, 1.5, -2).run(REGRESSION);
        assertThat(outcome.loss()).isZero();
        assertThat(outcome.gradient()).containsOnly(0);
    }

    @Test
    void itSaysWhatItNeedsAndMissesItsColumn() {
        assertThat(REGRESSION.name()).isEqualTo("reward-regression");
        assertThat(REGRESSION.needs()).isEqualTo(Needs.NOTHING_MORE);
        assertThat(REGRESSION.weights().of(new int[] {1, 1, 0})).containsExactly(0.5, 0.5, 0);
        assertThatThrownBy(() -> TextRows.single(1).run(REGRESSION))
                .hasMessageStartingWith("column 'score' was absent, must be there, the batch has []");
    }
}
