package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.correction.OffPolicyMask;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.critique.CritiqueGrpo;
import org.rft4j.algorithms.critique.CritiqueGrpoOptions;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.group.GroupOptions;
import org.rft4j.algorithms.group.GroupPolicyGradient;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.nft.Nft;
import org.rft4j.algorithms.nft.NftOptions;
import org.rft4j.algorithms.nft.NftRatio;
import org.rft4j.algorithms.nft.QuestionWeight;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.ClipCov;
import org.rft4j.algorithms.surrogate.KlCov;
import org.rft4j.core.training.Algorithm;

/** Every preset, and parts that none of them has, in a run of two rounds. */
class PresetsRunTest {
    @TempDir
    private Path folder;

    static Stream<Recipe> presets() {
        return Stream.of(
                recipe("grpo", Presets::grpo),
                recipe("grpo-trl", Presets::grpoTrl),
                recipe("dr-grpo", () -> Presets.drGrpo(StoryTask.LONGEST)),
                recipe("dapo", Presets::dapo),
                recipe("bnpo", Presets::bnpo),
                recipe("gspo", Presets::gspo),
                recipe("cispo", Presets::cispo),
                recipe("sapo", Presets::sapo),
                recipe("rloo", Presets::rloo),
                recipe("loop", Presets::loop),
                recipe("reinforce++", Presets::reinforcePlusPlus),
                recipe("reinforce++-baseline", Presets::reinforcePlusPlusBaseline),
                recipe("remax", Presets::reMax).against(Baseline.GREEDY),
                recipe("opo", Presets::opo),
                recipe("minirl", Presets::miniRl),
                recipe("raft++", Presets::raftPlusPlus));
    }

    static Stream<Recipe> parts() {
        GroupOptions grpo = Presets.grpo().options();
        CritiqueGrpoOptions critique = CritiqueGrpoOptions.released(StoryTask.LONGEST);
        return Stream.of(
                group("fixed-entropy", grpo.withEntropy(new EntropyBonus.Fixed(0.01))),
                group("adaptive-entropy", grpo.withEntropy(EntropyBonus.Adaptive.TRL)),
                group("correction", grpo.withCorrection(SamplerCorrection.TRL)),
                group("off-policy-mask", grpo.withOffPolicyMask(new OffPolicyMask(0.5))),
                group("clip-cov", grpo.withSurrogate(RatioLevel.TOKEN, ClipCov.VERL)),
                group("kl-cov", grpo.withSurrogate(RatioLevel.TOKEN, KlCov.VERL)),
                recipe(
                        "nft-answers",
                        () -> new Nft(NftOptions.DEFAULT
                                .withRatio(NftRatio.SEQUENCE)
                                .withQuestionWeight(QuestionWeight.FAILURE_ODDS_ROOT))),
                recipe(
                                "ppo-entropy",
                                () -> new Ppo(PpoOptions.TRL
                                        .withKl(Optional.empty())
                                        .withEntropyCoefficient(0.01)
                                        .withMissingEosScore(-0.5)))
                        .against(Baseline.SHARED_CRITIC),
                new Recipe("critique-released", () -> new CritiqueGrpo(critique), Baseline.GROUP, true, 2, 2, 1e-3));
    }

    private static Recipe group(String name, GroupOptions options) {
        return recipe(name, () -> new GroupPolicyGradient(options));
    }

    private static Recipe recipe(String name, Supplier<Algorithm> algorithm) {
        return new Recipe(name, algorithm, Baseline.GROUP, false, 2, 2, 1e-3);
    }

    /** In the second step of a round a clip may hold everything back. */
    @ParameterizedTest
    @MethodSource({"presets", "parts"})
    void takesSteps(Recipe recipe) {
        Learned run = StoryRun.unevaluated(recipe, 1, folder);
        assertThat(run.steps()).hasSize(4).allSatisfy(step -> {
            assertThat(step.metrics()).containsEntry("update/skipped", 0.0);
            assertThat(step.metrics())
                    .allSatisfy((name, value) -> assertThat(value).as(name).isFinite());
        });
        assertThat(run.steps())
                .filteredOn(step -> step.metrics().containsKey("reward"))
                .hasSize(2)
                .allSatisfy(
                        first -> assertThat(first.metrics().get("grad_norm")).isPositive());
        assertThat(run.rewards().get(1L)).isGreaterThan(run.rewards().get(0L));
    }
}
