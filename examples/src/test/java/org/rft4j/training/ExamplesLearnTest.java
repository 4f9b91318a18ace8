package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways to learn from examples reach a stated result on openings that no example has, and none does with the sign of its loss flipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamplesLearnTest {
    /** The untrained model has Lily in a sixth of the texts at most. */
    private static final double START_AT_MOST = 0.2;

    private static final double HELD_OUT_AT_LEAST = 0.4;

    /** Of what walks the wrong way. */
    private static final double FLIPPED_AT_MOST = 0.08;

    private static final int FLIPPED_ROUNDS = 8;

    private static final double MOST = 0.8;

    private static final long SEED = 1;

    private static final long NEVER = Long.MAX_VALUE;

    @TempDir
    private Path folder;

    private final Map<String, Learned> learned = new ConcurrentHashMap<>();

    static List<ExampleRecipe> recipes() {
        return ExampleRecipes.all();
    }

    private Learned learned(ExampleRecipe recipe) {
        return learned.computeIfAbsent(
                recipe.name(), name -> ExampleStoryRun.of(recipe, SEED, NEVER, folder.resolve(name)));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void learns(ExampleRecipe recipe) {
        requireLearned(learned(recipe));
    }

    static void requireLearned(Learned run) {
        assertThat(run.start(StoryRun.HELD_OUT)).as("start of %s", run).isLessThan(START_AT_MOST);
        assertThat(run.end(StoryRun.HELD_OUT)).as("end of %s", run).isGreaterThan(HELD_OUT_AT_LEAST);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void doesNotLearnWithTheSignFlipped(ExampleRecipe recipe) {
        Learned run = learned(recipe.flipped().withRounds(FLIPPED_ROUNDS));
        assertThat(run.end(StoryRun.HELD_OUT)).as("end of %s", run).isLessThan(FLIPPED_AT_MOST);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyNumberThatIsToldIsFinite(ExampleRecipe recipe) {
        assertThat(learned(recipe).steps()).hasSize(recipe.rounds()).allSatisfy(step -> {
            assertThat(step.metrics()).containsKeys("loss", "grad_norm", "entropy");
            assertThat(step.metrics())
                    .allSatisfy((name, value) -> assertThat(value).as(name).isFinite());
        });
    }

    /** Before the first step policy and reference are the same weights and are asked in the same way. */
    @Test
    void rewardsBeginWithNothing() {
        Map<String, Double> first = learned(ExampleRecipes.DPO).steps().get(0).metrics();
        assertThat(first).containsEntry("rewards/chosen", 0.0).containsEntry("rewards/rejected", 0.0);
        assertThat(learned(ExampleRecipes.DPO)
                        .steps()
                        .get(ExampleRecipes.DPO.rounds() - 1)
                        .metrics())
                .hasEntrySatisfying(
                        "rewards/accuracies", share -> assertThat(share).isGreaterThan(MOST));
    }
}
