package org.rft4j.algorithms.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.advantage.Gae;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.surrogate.PpoClip;
import org.rft4j.algorithms.testing.MethodBench;
import org.rft4j.algorithms.testing.MethodBench.Outcome;
import org.rft4j.algorithms.testing.MethodChecks;
import org.rft4j.algorithms.testing.RowBatch;
import org.rft4j.algorithms.testing.RowSpec;
import org.rft4j.core.reward.Score;
import org.rft4j.core.training.Algorithm;

class PpoTest {
    private static final double TOLERANCE = 1e-6;

    private static final PpoOptions NO_KL = PpoOptions.TRL.withKl(Optional.empty());

    private static final PpoOptions RAW = NO_KL.withWhitening(Optional.empty());

    private static Optional<KlPenalty.InReward> fixed(KlEstimator estimator, double coefficient) {
        return Optional.of(new KlPenalty.InReward(estimator, new KlCoefficient.Fixed(coefficient)));
    }

    static Stream<Arguments> variants() {
        return Stream.of(
                Arguments.of("trl", PpoOptions.TRL),
                Arguments.of(
                        "k3, dual clip, entropy, missing end",
                        RAW.withKl(fixed(KlEstimator.K3, 0.3))
                                .withGae(new Gae.Options(0.9, 0.8))
                                .withMissingEosScore(-1)
                                .withSurrogate(PpoClip.of(0.1, 0.1).withDualClip(1.2))
                                .withValue(new ValueLoss(0.1, 1))
                                .withEntropyCoefficient(0.02)),
                Arguments.of(
                        "no reference",
                        NO_KL.withGae(new Gae.Options(1, 1))
                                .withSurrogate(PpoClip.of(0.3, 0.3))
                                .withValue(new ValueLoss(Double.POSITIVE_INFINITY, 0.5))
                                .withEntropyCoefficient(0.001)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void columnsLossGradientsAndMetricsAreThoseOfPyTorch(String name, PpoOptions options) {
        MethodChecks.matchesGolden(
                () -> new Ppo(options), RowBatch.golden("ppo").required(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void neitherSplitNorOrderNorGapsMatter(String name, PpoOptions options) {
        Supplier<Algorithm> ppo = () -> new Ppo(options);
        RowBatch batch = RowBatch.golden();
        MethodChecks.splitsDoNotMatter(ppo, batch);
        MethodChecks.orderDoesNotMatter(ppo, batch);
        MethodChecks.gapsDoNotMatter(ppo, outcomesAlone(batch));
        MethodChecks.extremesStayFinite(ppo, batch);
    }

    private static RowBatch outcomesAlone(RowBatch batch) {
        return batch.mapRows(row -> {
            RowSpec spec = batch.specs().get(row);
            return spec.withScore(Score.of(spec.score().value()));
        });
    }

    @ParameterizedTest
    @CsvSource({"logProbs", "values", "entropies"})
    void gradientsAreDifferences(String leaf) {
        PpoOptions options = PpoOptions.TRL.withValue(new ValueLoss(0.2, 1)).withEntropyCoefficient(0.1);
        MethodChecks.gradientsAreDifferences(() -> new Ppo(options), leaf, RowBatch.golden());
    }

    /** The reference's row: rewards 0, 0, 1, values 0.5, 0.4, 0.6. */
    @Test
    void estimatesAreThoseOfTheReference() {
        double[][] values = {{0, 0.5, 0.4, 0.6}};
        RowBatch batch = RowBatch.onPolicy(-1, RowSpec.answer(0, 1, 3)).with("oldValues", values);
        Outcome raw = MethodBench.run(new Ppo(RAW), batch);
        assertThat(raw.column("advantage")[0]).containsExactly(new float[] {0, 0.451f, 0.58f, 0.4f}, within(1e-6f));
        assertThat(raw.column("return")[0]).containsExactly(new float[] {0, 0.951f, 0.98f, 1}, within(1e-6f));
        assertThat(raw.column("old_value")[0]).containsExactly(0, 0.5f, 0.4f, 0.6f);
        Outcome whitened = MethodBench.run(new Ppo(NO_KL), batch);
        assertThat(whitened.column("advantage")[0])
                .containsExactly(new float[] {0, -0.2802510f, 1.1102252f, -0.8299742f}, within(1e-6f));
        assertThat(whitened.column("return")[0]).containsExactly(raw.column("return")[0]);
    }

    /** A token of the value 0, whose advantage is the reward: ratio, dual clip, the policy's loss. */
    @ParameterizedTest
    @CsvSource({"-1, 5, Infinity, 5", "-1, 5, 3, 3", "1, 1.5, Infinity, -1.2", "1, 0.5, Infinity, -0.5"})
    void policyLossesAreThoseOfTheReference(double reward, double ratio, double dualClip, double loss) {
        PpoOptions options = RAW.withSurrogate(PpoClip.of(0.2, 0.2).withDualClip(dualClip));
        RowBatch batch = RowBatch.onPolicy(-2, RowSpec.answer(0, reward, 1))
                .with(RowBatch.LOG_PROBS, new double[][] {{0, -2 + Math.log(ratio)}})
                .with(RowBatch.VALUES, new double[][] {{0, reward}});
        Outcome outcome = MethodBench.run(new Ppo(options.withValue(new ValueLoss(10, 1))), batch);
        assertThat(outcome.loss()).isCloseTo(loss, within(TOLERANCE));
    }

    /** The reference's value: V 0.9, before 0.5, return 1, clip 0.2. */
    @Test
    void valueLossIsThatOfTheReference() {
        RowBatch batch = RowBatch.onPolicy(-1, RowSpec.answer(0, 1, 1))
                .with("oldValues", new double[][] {{0, 0.5}})
                .with(RowBatch.VALUES, new double[][] {{0, 0.9}});
        Outcome outcome = MethodBench.run(new Ppo(RAW), batch, DataType.FLOAT32, new int[][] {{0}});
        assertThat(outcome.metric("loss/value_avg")).isCloseTo(0.045, within(TOLERANCE));
        assertThat(outcome.metric("val/clipfrac_avg")).isEqualTo(1);
        assertThat(outcome.gradient(RowBatch.VALUES)[0][1]).isZero();
    }

    /** d = 0.3: k1 0.3, k3 0.0408182. */
    @ParameterizedTest
    @CsvSource({"K1, 0.3", "K3, 0.0408182"})
    void distanceIsThatOfTheReference(String form, double kl) {
        KlEstimator estimator = form.equals("K1") ? KlEstimator.K1 : KlEstimator.K3;
        RowBatch batch = RowBatch.onPolicy(-1, RowSpec.answer(0, 1, 2))
                .with("referenceLogProbs", new double[][] {{0, -1.3, -1.3}});
        Outcome outcome = MethodBench.run(new Ppo(RAW.withKl(fixed(estimator, 0.5))), batch);
        assertThat(outcome.metric("objective/kl")).isCloseTo(2 * kl, within(TOLERANCE));
        assertThat(outcome.metric("objective/rlhf_reward")).isCloseTo(1 - kl, within(TOLERANCE));
    }

    @Test
    void withGammaAndLambdaOneAdvantagesAreRewardsToComeLessValues() {
        double[][] values = {{0, 0.5, -0.4, 0.6}};
        RowBatch batch = RowBatch.onPolicy(
                        -1,
                        RowSpec.answer(0, 0, 3).withScore(Score.of(2).withPerToken(java.util.List.of(1.0, 0.0, 4.0))))
                .with("oldValues", values);
        Outcome outcome = MethodBench.run(new Ppo(RAW.withGae(new Gae.Options(1, 1))), batch);
        assertThat(outcome.column("advantage")[0]).containsExactly(new float[] {0, 6.5f, 6.4f, 5.4f}, within(1e-6f));
        assertThat(outcome.column("return")[0]).containsExactly(new float[] {0, 7, 6, 6}, within(1e-6f));
    }

    @Test
    void onOnesOwnSamplesWithoutCriticItIsReinforce() {
        PpoOptions reinforce = RAW.withGae(new Gae.Options(1, 1)).withWeights(new Aggregation.SequenceMeanTokenSum(1));
        RowBatch batch = RowBatch.onPolicy(-1, RowSpec.answer(0, 1, 2), RowSpec.answer(0, -3, 3));
        double[][] gradient = MethodBench.run(new Ppo(reinforce), batch).gradient(RowBatch.LOG_PROBS);
        MethodChecks.assertSame(
                "gradient", gradient, new double[][] {{0, -0.5, -0.5, 0}, {0, 1.5, 1.5, 1.5}}, TOLERANCE);
    }

    @Test
    void theValueGradientIsTheCoefficientTimesTheErrorInTheMeanOverTokens() {
        RowBatch batch = RowBatch.onPolicy(-1, RowSpec.answer(0, 1, 1), RowSpec.answer(0, 0, 1))
                .with(RowBatch.VALUES, new double[][] {{0, 0.1}, {0, -0.1}});
        double[][] gradient = MethodBench.run(new Ppo(RAW.withValue(new ValueLoss(0.2, 0.3))), batch)
                .gradient(RowBatch.VALUES);
        MethodChecks.assertSame(
                "gradient", gradient, new double[][] {{0, -0.9 * 0.3 / 2}, {0, -0.1 * 0.3 / 2}}, TOLERANCE);
    }
}
