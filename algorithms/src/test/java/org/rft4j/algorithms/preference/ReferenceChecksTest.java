package org.rft4j.algorithms.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.loss.TokenColumn;

/**
 * The numbers of our reference page: log-probs -12 of a chosen answer of 6 tokens and -15 of a rejected one of 5, -13 and -14 under the reference, so
 * log-ratios 1 and -1. They are computed there by hand, with seven digits.
 */
final class ReferenceChecksTest {
    private static final double SEVEN_DIGITS = 6e-8;

    private static final double FP32 = 1e-6;

    /** Gold answers cost 1.8 per token. */
    private static final PairRows TRIPLE = PairRows.uniform(
            3, new double[] {6, -2, -13 / 6.0}, new double[] {5, -3, -14 / 5.0}, new double[] {4, -1.8, 0});

    private static final PairRows PAIR =
            PairRows.uniform(2, new double[] {6, -2, -13 / 6.0}, new double[] {5, -3, -14 / 5.0});

    static Stream<Arguments> losses() {
        return Stream.of(
                Arguments.of(PreferencePresets.dpo(0.1), 0.5981389),
                Arguments.of(PreferencePresets.conservativeDpo(0.1, 0.1), 0.6181389),
                Arguments.of(PreferencePresets.robustDpo(0.1), 0.5731389),
                Arguments.of(PreferencePresets.hinge(0.1), 0.8),
                Arguments.of(PreferencePresets.ipo(0.1), 9.0),
                Arguments.of(PreferencePresets.ipoTrl(0.1), 21.4677778),
                Arguments.of(of(new NcaPair(0.1)), 1.3387933),
                Arguments.of(of(new BcoPair(0.1)), 1.2887933),
                Arguments.of(of(new SppoHard(0.1)), 32.0),
                Arguments.of(of(new ExoPair(0.1, 0.1)), 0.4063043),
                Arguments.of(PreferencePresets.apoZero(), 0.9500416),
                Arguments.of(PreferencePresets.apoDown(), 0.9751452),
                Arguments.of(PreferencePresets.cpo(), 2.5543552),
                Arguments.of(PreferencePresets.simPo(), 0.2014133),
                Arguments.of(PreferencePresets.orpoOfResponses(), 2.0288751));
    }

    private static PreferenceObjective of(PairLoss loss) {
        return new PreferenceObjective(PreferenceOptions.of("tried", loss, PairReference.FIXED));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("losses")
    void lossesOfThePair(PreferenceObjective objective, double expected) {
        assertThat(PairBench.run(objective, PAIR).loss())
                .as(objective.name())
                .isCloseTo(expected, within(SEVEN_DIGITS));
    }

    @Test
    void slopeOfDpo() {
        double[][] gradient = PairBench.run(PreferencePresets.dpo(0.1), PAIR).gradient();
        assertThat(gradient[0][1]).isCloseTo(-0.0450166, within(SEVEN_DIGITS));
        assertThat(gradient[1][1]).isCloseTo(0.0450166, within(SEVEN_DIGITS));
    }

    @Test
    void theLossOfDiscoPopWhereThePolicyIsTheReference() {
        PairRows still = PAIR.with(TokenColumn.REFERENCE_LOG_PROB, PAIR.logProbs());
        assertThat(PairBench.run(PreferencePresets.discoPop(), still).loss())
                .isCloseTo(0.8465736, within(SEVEN_DIGITS));
    }

    @Test
    void tpoWithAGoldAnswer() {
        assertThat(PairBench.run(PreferencePresets.tpo(), TRIPLE).loss()).isCloseTo(1.4543552, within(SEVEN_DIGITS));
    }

    @Test
    void modpoWithAnotherObjective() {
        PairRows rows = PAIR.withNumbers(Modpo.OTHER_REWARDS, 0.5 * 0.4, 0.5 * 0.9);
        PairBench.Outcome told = PairBench.told(PreferencePresets.modpo(0.5), rows);
        assertThat(PairBench.run(PreferencePresets.modpo(0.5), rows).loss()).isCloseTo(0.3411539, within(SEVEN_DIGITS));
        assertThat(told.metric("rewards/chosen")).isCloseTo(-0.2, within(FP32));
        assertThat(told.metric("rewards/rejected")).isCloseTo(-1.1, within(FP32));
    }

    @Test
    void theRewardOfAlphaPo() {
        PairRows half = PairRows.uniform(2, new double[] {3, Math.log(0.5), 0}, new double[] {2, Math.log(0.5), 0});
        PreferenceObjective objective =
                new PreferenceObjective(PreferenceOptions.of("tried", new AlphaPo(1, 0, 0.25, 0), PairReference.NONE));
        assertThat(PairBench.told(objective, half).metric("rewards/chosen")).isCloseTo(-0.7568285, within(FP32));
    }

    @Test
    void thePenaltyOfOrpo() {
        PreferenceObjective penalty = new PreferenceObjective(
                PreferencePresets.orpoOfResponses().options().withoutLikelihood());
        assertThat(PairBench.run(penalty, PAIR).loss()).isCloseTo(0.0288751, within(SEVEN_DIGITS));
        assertThat(PairBench.told(penalty, PAIR).metric("log_odds_chosen")).isCloseTo(1.0943443, within(FP32));
    }
}
