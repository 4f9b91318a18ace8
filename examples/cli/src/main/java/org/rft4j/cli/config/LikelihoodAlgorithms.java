package org.rft4j.cli.config;

import java.util.List;
import org.rft4j.algorithms.iterated.Selections;
import org.rft4j.algorithms.likelihood.Dft;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.likelihood.Lol;
import org.rft4j.algorithms.likelihood.LolFactor;
import org.rft4j.algorithms.likelihood.LolOptions;
import org.rft4j.algorithms.likelihood.RankedCandidates;
import org.rft4j.algorithms.likelihood.RewardWeighted;
import org.rft4j.algorithms.likelihood.RewardWeightedOptions;
import org.rft4j.algorithms.likelihood.Rrhf;
import org.rft4j.algorithms.likelihood.Sft;
import org.rft4j.algorithms.likelihood.SuperHf;
import org.rft4j.algorithms.likelihood.WeightedSft;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Objective;

/** Losses of likelihood. */
final class LikelihoodAlgorithms {
    static final List<Variant<Recipe>> ALL = List.of(
            Variant.of("sft", LikelihoodPresets.sft().options(), of -> examples(new Sft(of))),
            Variant.of("dft", Dft.Options.DEFAULT, of -> examples(new Dft(of))),
            Variant.of(
                    "raft",
                    LikelihoodPresets.raft().options(),
                    of -> new Recipe.Iterated(new Sft(of), with -> Selections.raft())),
            Variant.of(
                    "expertIteration",
                    LikelihoodPresets.expertIteration().options(),
                    of -> new Recipe.Iterated(new Sft(of), with -> Selections.expertIteration())),
            Variant.of(
                    "superHf",
                    LikelihoodPresets.superHf().options(),
                    of -> new Recipe.Iterated(new SuperHf(of), with -> Selections.superHf())),
            Variant.of(
                    "rewardWeighted",
                    new Weighted("reward", LikelihoodPresets.rewardWeighted().options()),
                    of -> new Recipe.Offline(
                            new RewardWeighted(of.options()),
                            List.of(Shapes.completionsWith(TokenColumn.REWARD, of.column())))),
            Variant.of(
                    "reweightedCloning",
                    LikelihoodPresets.rewardWeighted().options(),
                    of -> new Recipe.Iterated(
                            new RewardWeighted(of), with -> Selections.reweightedCloning(TokenColumn.REWARD))),
            byClass("cRlft", LikelihoodPresets.cRlft()),
            byClass("cRlftPerSequence", LikelihoodPresets.cRlftPerSequence()),
            ranked("rrhf", LikelihoodPresets.rrhf()),
            ranked("rrhfReleased", LikelihoodPresets.rrhfReleased()),
            lol("aLol", LikelihoodPresets.aLol()),
            lol("aLolSequence", LikelihoodPresets.aLolSequence()),
            lol("aLolReferenceFree", LikelihoodPresets.aLolReferenceFree()),
            Variant.of("aLolKl", ALolKl.class, of -> lol(LikelihoodPresets.aLolKl(of.beta()), of.column())),
            lol("rLol", LikelihoodPresets.rLol()),
            lol("weightedCloning", LikelihoodPresets.weightedCloning()),
            lol("rGold", LikelihoodPresets.rGold()));

    private LikelihoodAlgorithms() {}

    private static Recipe examples(Objective objective) {
        return new Recipe.Offline(objective, List.of(Shapes.COMPLETIONS, Shapes.TEXTS));
    }

    private static Variant<Recipe> byClass(String name, WeightedSft preset) {
        return Variant.of(
                name,
                new ByClass("weight", preset.options()),
                of -> new Recipe.Offline(
                        new WeightedSft(of.options()),
                        List.of(Shapes.completionsWith(TokenColumn.WEIGHT, of.column()))));
    }

    private static Variant<Recipe> ranked(String name, Rrhf preset) {
        return Variant.of(
                name,
                new Ranked("candidates", "scores", preset.options()),
                of -> new Recipe.Offline(
                        new Rrhf(of.options()),
                        List.of(new Recipe.Shape<>(
                                DataType.TASKS,
                                RowMapping::tasks,
                                with -> new RankedCandidates(
                                        of.candidates(), of.scores(), RowEncoder.of(with.encoder()))))));
    }

    private static Variant<Recipe> lol(String name, Lol preset) {
        String column = preset.options().factor() == LolFactor.ADVANTAGE ? "advantage" : "reward";
        return Variant.of(
                name, new LeftoverLunch(column, preset.options()), of -> lol(new Lol(of.options()), of.column()));
    }

    private static Recipe lol(Lol objective, String column) {
        TokenColumn number =
                objective.options().factor() == LolFactor.ADVANTAGE ? TokenColumn.ADVANTAGE : TokenColumn.REWARD;
        return new Recipe.Offline(objective, List.of(Shapes.completionsWith(number, column)));
    }

    /**
     * Reward-weighted regression.
     *
     * @param column what a completion earned
     * @param options of the loss
     */
    record Weighted(String column, @Unwrapped RewardWeightedOptions options) {}

    /**
     * C-RLFT.
     *
     * @param column the weight of a completion's class
     * @param options of the loss
     */
    record ByClass(String column, @Unwrapped WeightedSft.Options options) {}

    /**
     * RRHF.
     *
     * @param candidates a list of answers
     * @param scores a list of what they are worth
     * @param options of the loss
     */
    record Ranked(
            String candidates, String scores, @Unwrapped Rrhf.Options options) {}

    /**
     * Leftover lunch: A-LoL and its kin.
     *
     * @param column the advantage, or the reward, of a completion
     * @param options of the loss
     */
    record LeftoverLunch(String column, @Unwrapped LolOptions options) {}

    /**
     * A-LoL with a KL in place of the ratio.
     *
     * @param column the advantage of a completion
     * @param beta what leaving the reference costs
     */
    record ALolKl(@Otherwise("advantage") String column, double beta) {}
}
