package org.rft4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Learning from examples from three seeds. With the system property {@code rft4j.curves} the curves are stored in the folder that it names. */
@Tag("nightly")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExampleCurvesTest {
    private static final int SEEDS = 3;

    private static final int STEPS_BETWEEN_EVALUATIONS = 5;

    @TempDir
    private Path folder;

    private final List<Curves> all = new ArrayList<>();

    static Stream<Arguments> runs() {
        return ExampleRecipes.all().stream()
                .flatMap(recipe -> Stream.iterate(1L, seed -> seed <= SEEDS, seed -> seed + 1)
                        .map(seed -> Arguments.of(recipe, seed)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void learnsFromEverySeed(ExampleRecipe recipe, long seed) {
        Path here = folder.resolve(recipe.name() + "-" + seed);
        Learned learned = ExampleStoryRun.of(recipe, seed, STEPS_BETWEEN_EVALUATIONS, here);
        all.add(Curves.of(recipe, seed, learned));
        ExamplesLearnTest.requireLearned(learned);
    }

    @AfterAll
    void store() throws IOException {
        String where = System.getProperty("rft4j.curves", "");
        if (!where.isBlank()) {
            Path target = Files.createDirectories(Path.of(where));
            Files.writeString(target.resolve("examples.csv"), Curves.csv(all));
            Files.writeString(target.resolve("examples.md"), Curves.table(all));
        }
    }
}
