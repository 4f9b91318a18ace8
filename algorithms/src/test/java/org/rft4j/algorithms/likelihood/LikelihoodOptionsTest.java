package org.rft4j.algorithms.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.kernels.Divergence;
import org.rft4j.engine.random.KeyedRandom;

/** Names, needs, and what is refused. */
class LikelihoodOptionsTest {
    private static final RewardWeightedOptions REWARDS = RewardWeightedOptions.DEFAULT;

    static Stream<Arguments> presets() {
        Aggregation mean = new Aggregation.TokenMean();
        Aggregation sums = new Aggregation.SequenceMeanTokenSum(1);
        Needs nothing = Needs.NOTHING_MORE;
        Needs reference = nothing.withReference(true);
        return Stream.of(
                Arguments.of(LikelihoodPresets.sft(), "sft", nothing, mean),
                Arguments.of(LikelihoodPresets.dft(), "dft", nothing, mean),
                Arguments.of(LikelihoodPresets.raft(), "raft", nothing, mean),
                Arguments.of(LikelihoodPresets.expertIteration(), "expert-iteration", nothing, mean),
                Arguments.of(LikelihoodPresets.rewardWeighted(), "reward-weighted", nothing, mean),
                Arguments.of(LikelihoodPresets.cRlft(), "c-rlft", nothing, sums),
                Arguments.of(
                        LikelihoodPresets.cRlftPerSequence(),
                        "c-rlft-per-sequence",
                        nothing,
                        new Aggregation.SequenceMeanTokenMean()),
                Arguments.of(LikelihoodPresets.epo(), "epo", nothing, new Aggregation.TokenSum(1)),
                Arguments.of(LikelihoodPresets.rrhf(), "rrhf", nothing, new Aggregation.SequenceMeanTokenMean()),
                Arguments.of(
                        LikelihoodPresets.rrhfReleased(), "rrhf", nothing, new Aggregation.SequenceMeanTokenMean()),
                Arguments.of(LikelihoodPresets.aLol(), "a-lol", reference, sums),
                Arguments.of(LikelihoodPresets.aLolSequence(), "a-lol-seq", reference, sums),
                Arguments.of(LikelihoodPresets.aLolReferenceFree(), "a-lol-ref-free", nothing, sums),
                Arguments.of(LikelihoodPresets.aLolKl(0.1), "a-lol-kl", reference, sums),
                Arguments.of(LikelihoodPresets.rLol(), "r-lol", reference, sums),
                Arguments.of(LikelihoodPresets.weightedCloning(), "wbc", nothing, sums),
                Arguments.of(LikelihoodPresets.rGold(), "r-gold", nothing, sums),
                Arguments.of(
                        LikelihoodPresets.superHf(), "superhf", nothing.withDivergence(Divergence.forwardKl()), mean));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("presets")
    void presetsSayWhatTheyAreAndNeed(Objective preset, String name, Needs needs, Aggregation weights) {
        assertThat(preset.name()).isEqualTo(name);
        assertThat(preset.needs()).isEqualTo(needs);
        assertThat(preset.weights()).isEqualTo(weights);
        assertThat(preset.isSilent(Map.of(), new boolean[] {false, true})).isFalse();
    }

    @Test
    void presetsTellTheirOptions() {
        assertThat(LikelihoodPresets.sft().options()).isEqualTo(Sft.Options.DEFAULT);
        assertThat(LikelihoodPresets.cRlft().options())
                .isEqualTo(WeightedSft.Options.DEFAULT
                        .withWeights(new Aggregation.SequenceMeanTokenSum(1))
                        .named("c-rlft"));
        assertThat(LikelihoodPresets.rewardWeighted().options()).isEqualTo(REWARDS);
        assertThat(LikelihoodPresets.rrhf().options()).isEqualTo(new Rrhf.Options(1, 1, RrhfLength.OWN));
        assertThat(LikelihoodPresets.rrhfReleased().options()).isEqualTo(new Rrhf.Options(1, 1, RrhfLength.PADDED));
        assertThat(LikelihoodPresets.aLol().options()).isEqualTo(LolOptions.DEFAULT);
        assertThat(LikelihoodPresets.aLolKl(0.1).options().kl()).isEqualTo(0.1);
        assertThat(LikelihoodPresets.superHf().options().klCoefficient()).isEqualTo(0.23);
        assertThat(SuperHf.Options.DEFAULT
                        .withWeights(new Aggregation.TokenSum(2))
                        .weights())
                .isEqualTo(new Aggregation.TokenSum(2));
        assertThat(LolOptions.DEFAULT.withWeights(new Aggregation.TokenSum(2)).weights())
                .isEqualTo(new Aggregation.TokenSum(2));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        () -> new Sft.Options(" ", new Aggregation.TokenMean()),
                        "name was ' ', must not be blank; use sft"),
                refused(
                        () -> WeightedSft.Options.DEFAULT.named(""),
                        "name was '', must not be blank; use weighted-sft"),
                refused(
                        () -> REWARDS.withTemperature(0),
                        "temperature was 0.0, must be above 0; use 1 for rewards of about 1"),
                refused(
                        () -> REWARDS.withTemperature(Double.NaN),
                        "temperature was NaN, must be above 0; use 1 for rewards of about 1"),
                refused(() -> REWARDS.clamped(2, 1), clamp("2.0 and 1.0")),
                refused(() -> REWARDS.clamped(-1, 1), clamp("-1.0 and 1.0")),
                refused(() -> REWARDS.clamped(0, 0), clamp("0.0 and 0.0")),
                refused(
                        () -> REWARDS.clamped(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY),
                        "smallestWeight was Infinity, must be finite; use 0 for none"),
                refused(
                        () -> LolOptions.DEFAULT.named(" ", LolFactor.REWARD, new LolRatio.None()),
                        "name was ' ', must not be blank; use a-lol"),
                refused(
                        () -> LolOptions.DEFAULT.withKl(-1),
                        "kl was -1.0, must be finite and at least 0; use 0 for none"),
                refused(
                        () -> LolOptions.DEFAULT.withKl(Double.POSITIVE_INFINITY),
                        "kl was Infinity, must be finite and at least 0; use 0 for none"),
                refused(() -> new LolRatio.Sequence(1.1, 2), bounds("1.1 and 2.0")),
                refused(() -> new LolRatio.Sequence(-0.1, 2), bounds("-0.1 and 2.0")),
                refused(() -> new LolRatio.Token(0, 0.9), bounds("0.0 and 0.9")),
                refused(() -> new LolRatio.Token(0, Double.POSITIVE_INFINITY), bounds("0.0 and Infinity")),
                refused(
                        () -> new LolRatio.Probability(1.5),
                        "smallest probability was 1.5, must be in [0, 1]; use 0.1"),
                refused(
                        () -> new LolRatio.Probability(-0.5),
                        "smallest probability was -0.5, must be in [0, 1]; use 0.1"),
                refused(
                        () -> Rrhf.Options.DEFAULT.withWeight(-1),
                        "weight of the ranking was -1.0, must be finite and at least 0; use 1"),
                refused(
                        () -> Rrhf.Options.DEFAULT.withWeight(Double.POSITIVE_INFINITY),
                        "weight of the ranking was Infinity, must be finite and at least 0; use 1"),
                refused(
                        () -> Rrhf.Options.DEFAULT.withLength(Double.NaN, RrhfLength.OWN),
                        "lengthExponent was NaN, must be finite; use 1 for means and 0 for sums"),
                refused(
                        () -> SuperHf.Options.DEFAULT.withDivergence(-1, Divergence.forwardKl()),
                        "klCoefficient was -1.0, must be finite and at least 0; use 0.23; for none use Sft, which runs no"
                                + " reference"),
                refused(
                        () -> SuperHf.Options.DEFAULT.withDivergence(Double.POSITIVE_INFINITY, Divergence.forwardKl()),
                        "klCoefficient was Infinity, must be finite and at least 0; use 0.23; for none use Sft, which runs"
                                + " no reference"));
    }

    private static String clamp(String numbers) {
        return "smallestWeight and largestWeight was " + numbers
                + ", must be at least 0, in order, and the largest above 0; use 0 and infinity for no clamp";
    }

    private static String bounds(String numbers) {
        return "bounds of a ratio was " + numbers + ", must be finite and enclose 1; use 0.1 and 1.9";
    }

    private static Arguments refused(ThrowingCallable options, String message) {
        return Arguments.of(options, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void numbersOfNoMeaningAreRefused(ThrowingCallable options, String message) {
        assertThatThrownBy(options).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }

    @Test
    void boundsMayBeTouched() {
        assertThat(new LolRatio.Sequence(0, 1).needsReference()).isTrue();
        assertThat(new LolRatio.Token(1, 1).needsReference()).isTrue();
        assertThat(List.of(new LolRatio.Probability(0), new LolRatio.Probability(1)))
                .noneMatch(LolRatio::needsReference);
        assertThat(REWARDS.clamped(2, 2).smallestWeight()).isEqualTo(2);
        assertThat(Rrhf.Options.DEFAULT.withWeight(0).weight()).isZero();
    }

    @Test
    void rowsWithoutTheirNumberAreErrors() {
        WindowRows without = rows(Map.of());
        assertThatThrownBy(() -> LikelihoodPresets.rrhf().window(without))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "reward of row 0 of an optimiser step was absent, must be finite; let the arrangement put it"
                                + " beside each row, see ExampleRow.withNumber");
        WindowRows unknown = rows(Map.of(TokenColumn.REWARD, new float[][] {{0, Float.NaN}, {0, 0}}));
        assertThatThrownBy(() -> LikelihoodPresets.rewardWeighted().window(unknown))
                .hasMessageStartingWith("reward of row 0 of an optimiser step was NaN, must be finite");
        assertThat(LikelihoodPresets.cRlft().window(without)).isEmpty();
        assertThat(new WeightedSft(WeightedSft.Options.DEFAULT.withNormalisedWeights()).window(without))
                .isEmpty();
    }

    @Test
    void weightsThatAreTooLargeOrNoneAreErrors() {
        WindowRows rich = rows(Map.of(TokenColumn.REWARD, new float[][] {{0, 200}, {0, 0}}));
        assertThatThrownBy(() -> LikelihoodPresets.rewardWeighted().window(rich))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("weight of a row with the reward 200.0 was 7.2")
                .hasMessageEndingWith("must be finite in fp32; raise the temperature, clamp weights, or divide them by"
                        + " their mean");
        WindowRows none = rows(Map.of(TokenColumn.WEIGHT, new float[][] {{5, 0}, {0, 3}}));
        assertThatThrownBy(() -> new WeightedSft(WeightedSft.Options.DEFAULT.withNormalisedWeights()).window(none))
                .hasMessage("mean weight of an optimiser step was 0.0, must be above 0 where weights are divided by it;"
                        + " leave rows without weight out, make optimiser steps larger, or do not normalise");
    }

    /** Of the first row the last token is trained, of the second none. */
    private static WindowRows rows(Map<org.rft4j.core.loss.TokenColumn, float[][]> columns) {
        return new WindowRows(
                new boolean[][] {{false, true}, {false, false}},
                columns,
                new int[] {0, 1},
                Optional.empty(),
                KeyedRandom.ofSeed(1));
    }

    @Test
    void rowsOfNoWeightAreSilent() {
        boolean[] trained = {false, true, true};
        WeightedSft weighted = LikelihoodPresets.cRlft();
        assertThat(weighted.isSilent(Map.of(TokenColumn.WEIGHT, new float[] {1, 0, 0}), trained))
                .isTrue();
        assertThat(weighted.isSilent(Map.of(TokenColumn.WEIGHT, new float[] {0, 0, 1}), trained))
                .isFalse();
        assertThat(LikelihoodPresets.rewardWeighted()
                        .isSilent(Map.of(TokenColumn.WEIGHT, new float[] {1, 0, 0}), trained))
                .isTrue();
        assertThat(LikelihoodPresets.rLol().isSilent(Map.of(TokenColumn.REWARD, new float[] {1, 0, 0}), trained))
                .isTrue();
        assertThat(LikelihoodPresets.rLol().isSilent(Map.of(TokenColumn.REWARD, new float[] {1, 0, -1}), trained))
                .isFalse();
    }
}
