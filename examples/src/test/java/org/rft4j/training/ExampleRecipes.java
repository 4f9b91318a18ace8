package org.rft4j.training;

import java.util.List;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.algorithms.unpaired.Kto;
import org.rft4j.algorithms.unpaired.KtoOptions;

/** What is shown to learn from examples. Options are the published ones; the learning rate suits a model of 260,000 parameters. */
final class ExampleRecipes {
    private static final int EXAMPLES = 16;

    private static final int ROUNDS = 20;

    static final ExampleRecipe SFT = new ExampleRecipe(
            "sft", LikelihoodPresets::sft, ExampleStoryRun::demonstrations, false, ROUNDS, EXAMPLES, 1, 1e-3);
    static final ExampleRecipe DPO = new ExampleRecipe(
            "dpo", () -> PreferencePresets.dpo(0.1), ExampleStoryRun::preferences, false, ROUNDS, EXAMPLES, 1, 2e-4);
    static final ExampleRecipe IPO = new ExampleRecipe(
            "ipo", () -> PreferencePresets.ipo(0.1), ExampleStoryRun::preferences, false, ROUNDS, EXAMPLES, 1, 2e-4);
    static final ExampleRecipe SIMPO = new ExampleRecipe(
            "simpo", PreferencePresets::simPo, ExampleStoryRun::preferences, false, ROUNDS, EXAMPLES, 1, 5e-4);
    static final ExampleRecipe KTO = new ExampleRecipe(
            "kto", () -> new Kto(KtoOptions.DEFAULT), ExampleStoryRun::labels, false, ROUNDS, 2 * EXAMPLES, 1, 5e-4);
    static final ExampleRecipe ORPO = new ExampleRecipe(
            "orpo", PreferencePresets::orpo, ExampleStoryRun::wholePreferences, false, ROUNDS, EXAMPLES, 1, 5e-4);
    static final ExampleRecipe RAFT =
            new ExampleRecipe("raft", LikelihoodPresets::raft, ExampleStoryRun::bestSamples, true, 12, 8, 1, 1e-3);

    private ExampleRecipes() {}

    static List<ExampleRecipe> all() {
        return List.of(SFT, DPO, IPO, SIMPO, KTO, ORPO, RAFT);
    }
}
