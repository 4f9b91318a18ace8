package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of algorithm solves the same small task from its stated start to its stated reward, and none does with the sign of its loss flipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlgorithmsLearnTest {
    /** The untrained model has Lily in a sixth of the texts at most. */
    static final double START_AT_MOST = 0.2;

    static final double SEEN_AT_LEAST = 0.7;

    static final double HELD_OUT_AT_LEAST = 0.65;

    /** Of what walks the wrong way. */
    private static final double FLIPPED_AT_MOST = 0.12;

    private static final int FLIPPED_ROUNDS = 4;

    private static final double LITTLE_EXPLAINED = 0.1;

    private static final double MUCH_EXPLAINED = 0.5;

    private static final double SAME_LOG_PROBS = 1e-3;

    private static final long SEED = 1;

    private static final long NEVER = Long.MAX_VALUE;

    @TempDir
    private Path folder;

    private final Map<String, Learned> learned = new ConcurrentHashMap<>();

    static List<Recipe> recipes() {
        return Recipes.all();
    }

    private Learned learned(Recipe recipe) {
        return learned.computeIfAbsent(recipe.name(), name -> StoryRun.of(recipe, SEED, NEVER, folder.resolve(name)));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void learns(Recipe recipe) {
        requireLearned(learned(recipe));
    }

    static void requireLearned(Learned run) {
        assertThat(run.start(StoryRun.SEEN)).as("start of %s", run).isLessThan(START_AT_MOST);
        assertThat(run.end(StoryRun.SEEN)).as("end of %s", run).isGreaterThan(SEEN_AT_LEAST);
        assertThat(run.start(StoryRun.HELD_OUT)).as("start of %s", run).isLessThan(START_AT_MOST);
        assertThat(run.end(StoryRun.HELD_OUT)).as("end of %s", run).isGreaterThan(HELD_OUT_AT_LEAST);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void doesNotLearnWithTheSignFlipped(Recipe recipe) {
        Recipe flipped = recipe.with("-flipped", FlippedSign::new).withRounds(FLIPPED_ROUNDS);
        Learned run = learned(flipped);
        assertThat(run.end(StoryRun.SEEN))
                .as("end of %s", run)
                .isLessThan(run.start(StoryRun.SEEN))
                .isLessThan(FLIPPED_AT_MOST);
        assertThat(run.end(StoryRun.HELD_OUT)).as("end of %s", run).isLessThan(FLIPPED_AT_MOST);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyNumberThatIsToldIsFinite(Recipe recipe) {
        assertThat(learned(recipe).steps())
                .hasSizeGreaterThanOrEqualTo(recipe.rounds())
                .allSatisfy(step -> {
                    assertThat(step.metrics()).containsKeys("loss", "grad_norm", "entropy");
                    assertThat(step.metrics())
                            .allSatisfy(
                                    (name, value) -> assertThat(value).as(name).isFinite());
                });
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void trainerSamplerAndScorerAgree(Recipe recipe) {
        for (String metric : List.of("ratio/first_pass_deviation", "sampling/sampling_logp_difference/max")) {
            assertThat(learned(recipe).steps())
                    .filteredOn(step -> step.metrics().containsKey(metric))
                    .as(metric)
                    .isNotEmpty()
                    .allSatisfy(step -> assertThat(step.metrics().get(metric)).isLessThan(SAME_LOG_PROBS));
        }
    }

    /** From nothing, as its head begins with 0 everywhere. */
    @Test
    void theCriticLearnsWhatIsToCome() {
        List<Double> explained = learned(Recipes.PPO).steps().stream()
                .flatMap(step -> Stream.ofNullable(step.metrics().get("critic/vf_explained_var")))
                .toList();
        assertThat(explained).hasSize(Recipes.PPO.rounds());
        assertThat(explained.get(0)).isLessThan(LITTLE_EXPLAINED);
        assertThat(explained).anySatisfy(share -> assertThat(share).isGreaterThan(MUCH_EXPLAINED));
    }
}
