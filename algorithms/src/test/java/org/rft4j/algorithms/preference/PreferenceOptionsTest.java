package org.rft4j.algorithms.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;

final class PreferenceOptionsTest {
    private static final PreferenceOptions DPO = PreferencePresets.dpo(0.1).options();

    private static void assertRefused(ThrowingCallable made, String message) {
        assertThatThrownBy(made).hasMessage(message);
    }

    static Stream<Arguments> losses() {
        return Stream.<java.util.function.DoubleFunction<PairLoss>>of(
                        Sigmoid::of,
                        beta -> new Robust(beta, 0),
                        Hinge::new,
                        beta -> new Ipo(beta, Length.SUM),
                        NcaPair::new,
                        BcoPair::new,
                        SppoHard::new,
                        beta -> new ExoPair(beta, 0.1),
                        ApoZero::new,
                        ApoDown::new,
                        beta -> new DiscoPop(beta, 0.05),
                        beta -> new AlphaPo(beta, 0, 0, 0),
                        Orpo::new,
                        beta -> new Modpo(beta, 1))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void betaMustBeAboveZero(java.util.function.DoubleFunction<PairLoss> loss) {
        for (double beta : new double[] {0, -1, Double.POSITIVE_INFINITY, Double.NaN}) {
            assertRefused(
                    () -> loss.apply(beta),
                    "beta was " + beta
                            + ", must be finite and above 0; begin with 0.1; larger stays closer to the reference");
        }
        assertThatCode(() -> loss.apply(1e-3)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 0.51})
    void smoothingMustLeaveLabelsRight(double epsilon) {
        String rest = "must be between 0 and 0.5; use 0 for labels that are right; above 0.5 they would be taken the"
                + " other way round";
        assertRefused(
                () -> new Sigmoid(1, epsilon, Length.SUM, Margin.NONE), "labelSmoothing was " + epsilon + ", " + rest);
        assertRefused(() -> new AlphaPo(1, 0, 0, epsilon), "labelSmoothing was " + epsilon + ", " + rest);
    }

    @Test
    void boundsAreWhereTheyAreSaid() {
        assertThatCode(() -> new Sigmoid(1, 0.5, Length.SUM, Margin.NONE)).doesNotThrowAnyException();
        assertThatCode(() -> new ExoPair(1, 0.5)).doesNotThrowAnyException();
        assertThatCode(() -> new DiscoPop(1, 1)).doesNotThrowAnyException();
        assertThatCode(() -> DPO.withVerboseWeight(0)).doesNotThrowAnyException();
        assertRefused(
                () -> new Robust(1, 0.5),
                "labelSmoothing was 0.5, must be at least 0 and below 0.5; use the share of wrong labels; at 0.5 they"
                        + " say nothing");
        assertThatThrownBy(() -> new Robust(1, -0.1)).hasMessageStartingWith("labelSmoothing was -0.1");
        assertRefused(
                () -> new ExoPair(1, 0),
                "labelSmoothing was 0.0, must be above 0 and at most 0.5; use 1e-3; at 0 the loss is infinite");
        assertThatThrownBy(() -> new ExoPair(1, 0.6)).hasMessageStartingWith("labelSmoothing was 0.6");
        assertThatThrownBy(() -> new DiscoPop(1, 0)).hasMessageStartingWith("tau was 0.0, must be above 0");
        assertThatThrownBy(() -> new DiscoPop(1, 1.5)).hasMessageStartingWith("tau was 1.5, must be above 0");
        assertThatThrownBy(() -> new Modpo(1, 0)).hasMessageStartingWith("weight was 0.0, must be above 0");
        assertThatThrownBy(() -> new Modpo(1, 1.1)).hasMessageStartingWith("weight was 1.1, must be above 0");
        assertRefused(() -> new AlphaPo(1, Double.NaN, 0, 0), "gamma was NaN, must be finite; use 0 for no margin");
        assertRefused(
                () -> new AlphaPo(1, 0, Double.NaN, 0), "alpha was NaN, must be finite; use 0.25, or 0 for SimPO");
        assertRefused(() -> Margin.of(Double.NaN), "constant of a margin was NaN, must be finite; use 0 for none");
        assertRefused(() -> new Margin(0, Double.NaN), "factor of a margin was NaN, must be finite; use 0 for none");
        assertRefused(
                () -> new FDivergence.Alpha(Double.NaN), "a of an alpha divergence was NaN, must be finite; use 0.5");
        assertThatThrownBy(() -> new WeightedLoss(new Hinge(1), 0)).hasMessageStartingWith("weight of a loss was 0.0");
        assertThatThrownBy(() -> Likelihood.of(0, Likelihood.Target.CHOSEN))
                .hasMessageStartingWith("weight of the likelihood was 0.0, must be finite and above 0");
        assertThatThrownBy(() -> DPO.withVerboseWeight(-0.1)).hasMessageStartingWith("verboseWeight was -0.1");
        assertThatThrownBy(() -> DPO.withVerboseWeight(1.1)).hasMessageStartingWith("verboseWeight was 1.1");
        assertThatThrownBy(() -> DPO.withName(" ")).hasMessageStartingWith("name of an objective was ' '");
        assertThatThrownBy(DPO::withLosses).hasMessageStartingWith("losses of dpo was none, must be at least one");
    }

    @Test
    void partsMustGoTogether() {
        assertRefused(
                () -> PreferencePresets.ncaPair().options().withDivergence(new FDivergence.ForwardKl()),
                "divergence was ForwardKl[], must be the reverse KL for NcaPair[beta=0.01]; take a loss of a difference"
                        + " of scores, such as Sigmoid");
        assertThatThrownBy(() -> PreferencePresets.simPo()
                        .options()
                        .withLosses(new WeightedLoss(new Orpo(1), 1))
                        .withDivergence(new FDivergence.JensenShannon()))
                .hasMessageStartingWith("divergence was JensenShannon[], must be the reverse KL for Orpo");
        assertRefused(
                () -> PreferenceOptions.of("a", new ApoZero(1), PairReference.NONE),
                "reference was NONE, must not be NONE for ApoZero[beta=1.0]; it judges each answer by how far it has"
                        + " moved from a reference");
        assertRefused(
                () -> PreferenceOptions.of("a", new Orpo(1), PairReference.FIXED),
                "reference of a was FIXED, must be NONE, as no loss looks at it; use"
                        + " withReference(PairReference.NONE)");
        assertThatCode(() -> DPO.withLosses(new WeightedLoss(new Orpo(1), 1), new WeightedLoss(Sigmoid.of(1), 1)))
                .doesNotThrowAnyException();
        assertThatCode(() -> DPO.withReference(PairReference.NONE)).doesNotThrowAnyException();
    }

    @Test
    void onlyWhatIsReadIsAskedFor() {
        assertThat(PreferencePresets.dpo(0.1).needs()).isEqualTo(Needs.NOTHING_MORE.withReference(true));
        assertThat(PreferencePresets.iterativeDpo(0.1).needs()).isEqualTo(Needs.ratio(Needs.OldLogProbs.ROUND_START));
        assertThat(PreferencePresets.simPo().needs()).isEqualTo(Needs.NOTHING_MORE);
        assertThat(PreferencePresets.wpo(0.1).needs())
                .isEqualTo(Needs.NOTHING_MORE.withReference(true).withSquareSums(true));
        assertThat(Sigmoid.of(1).columns()).isEmpty();
        assertThat(PreferencePresets.offsetDpo(1)
                        .options()
                        .losses()
                        .get(0)
                        .loss()
                        .columns())
                .containsExactly(TokenColumn.MARGIN);
    }

    @Test
    void witheringKeepsTheRest() {
        PreferenceOptions full = new PreferenceOptions(
                "full",
                List.of(new WeightedLoss(new Hinge(0.3), 2)),
                PairReference.ROUND_START,
                new FDivergence.ForwardKl(),
                0.5,
                true,
                Optional.of(Likelihood.of(3, Likelihood.Target.GOLD)));
        PreferenceOptions again = new PreferenceOptions(
                        "other",
                        List.of(new WeightedLoss(Sigmoid.of(1), 1)),
                        PairReference.NONE,
                        FDivergence.REVERSE_KL,
                        1,
                        false,
                        Optional.empty())
                .withName("full")
                .withLosses(new WeightedLoss(new Hinge(0.3), 2))
                .withReference(PairReference.ROUND_START)
                .withDivergence(new FDivergence.ForwardKl())
                .withVerboseWeight(0.5)
                .withOnPolicyWeights()
                .withLikelihood(Likelihood.of(3, Likelihood.Target.GOLD));
        assertThat(again).isEqualTo(full);
        assertThat(full.withName("full").withoutLikelihood().likelihood()).isEmpty();
        assertThat(new PreferenceObjective(full).options()).isSameAs(full);
        assertThat(new PreferenceObjective(full).name()).isEqualTo("full");
    }

    @Test
    void rowsMustBeArrangedAsTheObjectiveReadsThem() {
        PairRows pairs = PairRows.golden(2, false);
        PairRows triples = PairRows.golden(3, false);
        assertRefused(
                () -> PairBench.run(PreferencePresets.tpo(), pairs),
                "units of the rows of a micro-batch was [0, 0, 1, 1, 2, 2, 3, 3], must be 3 rows each; arrange rows as"
                        + " [chosen, rejected, gold], or leave out the likelihood of gold answers");
        assertRefused(
                () -> PairBench.run(PreferencePresets.dpo(0.1), triples.units(0, 1)),
                "units of the rows of a micro-batch was [0, 0, 0, 1, 1, 1], must be 2 rows each; arrange rows as"
                        + " [chosen, rejected]");
        assertThatThrownBy(() -> PairBench.run(PreferencePresets.dpo(0.1), triples.units(0)))
                .hasMessageStartingWith("units of the rows of a micro-batch was [0, 0, 0], must be 2 rows each");
        assertRefused(
                () -> PairBench.run(PreferencePresets.orpo(), pairs),
                "column 'response' was absent, must tell prompt and response apart, as the likelihood is that of both;"
                        + " train prompts too, or take Target.CHOSEN");
        assertRefused(
                () -> PairBench.run(PreferencePresets.cpo(), PairRows.golden(2, true)),
                "column 'response' was there, must be absent, as the likelihood is that of responses alone; train"
                        + " responses alone, or take PROMPT_AND_CHOSEN");
        assertThatThrownBy(() -> PairBench.run(PreferencePresets.offsetDpo(0.1), pairs.without(TokenColumn.MARGIN)))
                .hasMessageStartingWith("column 'margin' was absent");
        assertThatThrownBy(
                        () -> PairBench.run(PreferencePresets.dpo(0.1), pairs.without(TokenColumn.REFERENCE_LOG_PROB)))
                .hasMessageStartingWith("column 'reference_log_prob' was absent");
    }

    /** Prompts that are trained too take no part in pairs. */
    @Test
    void rowsThatTrainPromptsGiveTheSamePairs() {
        for (PreferenceObjective objective : List.of(PreferencePresets.dpo(0.1), PreferencePresets.wpo(0.1))) {
            PairBench.Outcome with = PairBench.run(objective, PairRows.golden(2, true));
            PairBench.Outcome without = PairBench.run(objective, PairRows.golden(2, false));
            assertThat(with.loss()).isEqualTo(without.loss());
            assertThat(with.gradient()).isDeepEqualTo(without.gradient());
        }
    }

    /** As where all that is trained of a row is its prompt: its answer counts as one token that nothing is known of. */
    @Test
    void anAnswerWithoutTokensLeavesTheLossFinite() {
        PairRows rows = PairRows.golden(2, true);
        double[][] response = rows.column(TokenColumn.RESPONSE).clone();
        response[0] = new double[response[0].length];
        PairBench.Outcome outcome =
                PairBench.told(PreferencePresets.sigmoidNorm(1), rows.with(TokenColumn.RESPONSE, response));
        assertThat(outcome.loss()).isFinite();
        assertThat(Arrays.stream(outcome.gradient()[0]).map(Math::abs)).containsOnly(0.0);
    }

    @Test
    void eachLossSaysWhatItLooksAt() {
        assertThat(Cases.all().values().stream()
                        .flatMap(objective -> objective.options().losses().stream())
                        .filter(one -> one.loss().comparison() == Comparison.SCORES)
                        .map(one -> one.loss().getClass().getSimpleName())
                        .distinct())
                .containsExactlyInAnyOrder("Sigmoid", "Robust", "Hinge", "Ipo", "ExoPair", "DiscoPop");
        assertThat(Cases.all().values().stream()
                        .flatMap(objective -> objective.options().losses().stream())
                        .filter(one -> one.loss().comparison() == Comparison.LOG_RATIOS)
                        .map(one -> one.loss().getClass().getSimpleName())
                        .distinct())
                .containsExactlyInAnyOrder("NcaPair", "BcoPair", "SppoHard", "ApoZero", "ApoDown", "Modpo");
        assertThat(new AlphaPo(1, 0, 0, 0).comparison()).isEqualTo(Comparison.LOG_PROBS);
        assertThat(new Orpo(1).comparison()).isEqualTo(Comparison.LOG_PROBS);
    }
}
