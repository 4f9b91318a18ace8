package org.rft4j.algorithms.unpaired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.loss.TokenColumn;

/** Three answers, of which all is known: where losses have their minimum. */
class EnumerableToyTest {
    private static final double[] REFERENCE = {0.5, 0.3, 0.2};
    private static final double[] REWARDS = {0, 1, 2};
    private static final double BETA = 1;

    /** {@code reference exp(reward / beta) / Z}, in four digits more than are asked. */
    private static final double[] OPTIMUM = {0.1790000, 0.2919435, 0.5290565};

    private static final double CLOSE = 1e-4;

    private static final int DESCENTS = 400;

    @Test
    void theMinimumOfCoPgIsThatOfRewardsLessTheDivergence() {
        double[] contrastive = descended(logProbs -> gradient(rows(logProbs)), 0.5);
        double[] regularised = descended(EnumerableToyTest::slopeOfLoss, 0.5);
        for (int n = 0; n < 3; n++) {
            assertThat(contrastive[n]).isCloseTo(OPTIMUM[n], within(CLOSE));
            assertThat(regularised[n]).isCloseTo(OPTIMUM[n], within(CLOSE));
            assertThat(contrastive[n]).isCloseTo(regularised[n], within(CLOSE));
        }
        assertThat(objective(regularised)).isCloseTo(1.0272222, within(CLOSE));
    }

    @Test
    void soIsThatOfPrdpWithoutABound() {
        double[] prdp = descended(
                logProbs -> StepBench.run(new Prdp(BETA, Double.POSITIVE_INFINITY), rows(logProbs))
                        .gradient(),
                0.2);
        for (int n = 0; n < 3; n++) {
            assertThat(prdp[n]).isCloseTo(OPTIMUM[n], within(CLOSE));
        }
    }

    private static double[][] gradient(StepRows rows) {
        return StepBench.run(new CoPg(BETA), rows).gradient();
    }

    private static StepRows rows(double[] logProbs) {
        double[][] now =
                Arrays.stream(logProbs).mapToObj(one -> new double[] {0, one}).toArray(double[][]::new);
        double[][] reference = Arrays.stream(REFERENCE)
                .mapToObj(one -> new double[] {0, Math.log(one)})
                .toArray(double[][]::new);
        return StepRows.ofRatios(new int[3], 0, 0, 0)
                .withLogProbs(now)
                .with(TokenColumn.REFERENCE_LOG_PROB, reference)
                .with(TokenColumn.OLD_LOG_PROB, reference)
                .withNumbers(TokenColumn.REWARD, REWARDS);
    }

    /** Of beta KL less the expected reward by log-probs, as if these were free: the softmax makes them probabilities. */
    private static double[][] slopeOfLoss(double[] logProbs) {
        return IntStream.range(0, 3)
                .mapToObj(n -> new double[] {
                    0, Math.exp(logProbs[n]) * (BETA * (logProbs[n] - Math.log(REFERENCE[n]) + 1) - REWARDS[n])
                })
                .toArray(double[][]::new);
    }

    private static double objective(double[] policy) {
        return IntStream.range(0, 3)
                .mapToDouble(n -> policy[n] * (REWARDS[n] - BETA * Math.log(policy[n] / REFERENCE[n])))
                .sum();
    }

    /** Descends on logits from the reference. */
    private static double[] descended(java.util.function.Function<double[], double[][]> slopes, double rate) {
        double[] logits = Arrays.stream(REFERENCE).map(Math::log).toArray();
        UnaryOperator<double[]> normalised = of -> {
            double sum = Arrays.stream(of).map(Math::exp).sum();
            return Arrays.stream(of).map(one -> one - Math.log(sum)).toArray();
        };
        for (int step = 0; step < DESCENTS; step++) {
            double[] logProbs = normalised.apply(logits);
            double[][] slope = slopes.apply(logProbs);
            double all = Arrays.stream(slope).mapToDouble(row -> row[1]).sum();
            for (int n = 0; n < 3; n++) {
                logits[n] -= rate * (slope[n][1] - Math.exp(logProbs[n]) * all);
            }
        }
        return Arrays.stream(normalised.apply(logits)).map(Math::exp).toArray();
    }
}
