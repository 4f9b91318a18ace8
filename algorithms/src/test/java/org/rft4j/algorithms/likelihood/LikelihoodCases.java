package org.rft4j.algorithms.likelihood;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.training.Objective;

/** The cases of {@code golden/likelihood.json}. */
final class LikelihoodCases {
    private static final Aggregation SEQUENCES_ALIKE = new Aggregation.SequenceMeanTokenMean();

    static final Map<String, Objective> ALL = all();

    /** Those in which something is a constant that depends on the log-probs, so that differences of the loss are not its gradient. */
    static final Set<String> WITH_CONSTANTS =
            Set.of("dft", "dft, sums", "a-lol", "a-lol-seq", "a-lol, ratio and kl", "r-lol", "r-gold");

    private LikelihoodCases() {}

    private static Map<String, Objective> all() {
        Map<String, Objective> cases = new LinkedHashMap<>();
        cases.put("sft", LikelihoodPresets.sft());
        cases.put("sft, sequences alike", new Sft(Sft.Options.DEFAULT.withWeights(SEQUENCES_ALIKE)));
        cases.put("dft", LikelihoodPresets.dft());
        cases.put("dft, sums", new Dft(new Dft.Options(new Aggregation.TokenSum(1))));
        weighted(cases);
        cases.put("rrhf", LikelihoodPresets.rrhf());
        cases.put(
                "rrhf, heavy, square root",
                new Rrhf(Rrhf.Options.DEFAULT.withWeight(100).withLength(0.5, RrhfLength.OWN)));
        cases.put("rrhf-released", LikelihoodPresets.rrhfReleased());
        cases.put("a-lol", LikelihoodPresets.aLol());
        cases.put("a-lol-seq", LikelihoodPresets.aLolSequence());
        cases.put("a-lol-ref-free", LikelihoodPresets.aLolReferenceFree());
        cases.put("a-lol-kl", LikelihoodPresets.aLolKl(0.2));
        cases.put("a-lol, ratio and kl", new Lol(LolOptions.DEFAULT.withKl(0.1)));
        cases.put("r-lol", LikelihoodPresets.rLol());
        cases.put("wbc", LikelihoodPresets.weightedCloning());
        cases.put("r-gold", LikelihoodPresets.rGold());
        cases.put("superhf", LikelihoodPresets.superHf());
        return cases;
    }

    private static void weighted(Map<String, Objective> cases) {
        WeightedSft.Options plain = WeightedSft.Options.DEFAULT;
        cases.put("weighted", new WeightedSft(plain));
        cases.put("weighted, normalised", new WeightedSft(plain.withNormalisedWeights()));
        cases.put(
                "weighted, normalised, sequences alike",
                new WeightedSft(plain.withNormalisedWeights().withWeights(SEQUENCES_ALIKE)));
        cases.put("c-rlft", LikelihoodPresets.cRlft());
        cases.put("c-rlft-per-sequence", LikelihoodPresets.cRlftPerSequence());
        cases.put("epo", LikelihoodPresets.epo());
        RewardWeightedOptions rewards = RewardWeightedOptions.DEFAULT;
        cases.put("reward-weighted", LikelihoodPresets.rewardWeighted());
        cases.put(
                "reward-weighted, clamped",
                new RewardWeighted(rewards.withTemperature(0.5).clamped(0.5, 3)));
        cases.put(
                "reward-weighted, by step",
                new RewardWeighted(rewards.withTemperature(0.7).clamped(0.3, 4).withScale(WeightScale.STEP)));
        cases.put(
                "reward-weighted, by unit",
                new RewardWeighted(
                        rewards.withTemperature(0.3).withScale(WeightScale.UNIT).withWeights(SEQUENCES_ALIKE)));
    }
}
