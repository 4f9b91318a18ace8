package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.assembly.Assembly;
import org.rft4j.cli.bind.Binder;
import org.rft4j.cli.bind.Chosen;
import org.rft4j.cli.bind.Document;
import org.rft4j.cli.bind.Problems;
import org.rft4j.core.training.Needs;

/** Every algorithm of the table is built of its usual options, and a trainer with it. */
class AlgorithmTableTest {
    /** Keys that must be given. */
    private static final Map<String, String> REQUIRED = Map.of(
            "drGrpo", "maxNewTokens: 12",
            "fDpo", "divergence: jensenShannon",
            "ldDpo", "alpha: 0.5",
            "aLolKl", "beta: 0.1",
            "kimi", "tau: 1",
            "coPg", "beta: 0.1",
            "prdp", "beta: 0.1, epsilon: 0.2");

    private static final Map<DataType, String> FILES = Map.of(
            DataType.TASKS, "tasks.jsonl",
            DataType.PROMPT_COMPLETIONS, "completions.jsonl",
            DataType.TEXTS, "texts.jsonl",
            DataType.PREFERENCES, "pairs.jsonl",
            DataType.UNPAIRED_PREFERENCES, "labels.jsonl");

    @TempDir
    private Path folder;

    static Stream<String> names() {
        return Algorithms.FAMILY.names().stream();
    }

    /** A file of an algorithm, with what the algorithm needs. */
    static String yaml(String name) {
        String algorithm = "{type: " + name + (REQUIRED.containsKey(name) ? ", " + REQUIRED.get(name) : "") + "}";
        Recipe recipe = recipe("algorithm: " + algorithm);
        Needs needs = recipe.objective().needs();
        String models = (needs.compares() ? "reference: start\n" : "") + (needs.critic() ? "critic: shared\n" : "");
        if (recipe instanceof Recipe.Offline offline) {
            DataType type = offline.shapes().get(0).type();
            return TestRun.offline(algorithm, type.name(), FILES.get(type)) + models;
        }
        return TestRun.online(algorithm) + models;
    }

    private static Recipe recipe(String yaml) {
        Document document = Document.of("test", yaml);
        Problems problems = new Problems(document);
        Object chosen = new Binder(Words.ALL, problems)
                .bind(LearningConfig.class, document.root(), "algorithm")
                .orElse(null);
        problems.throwIfAny();
        return (Recipe) ((Chosen<?>) chosen).make();
    }

    @ParameterizedTest
    @MethodSource("names")
    void makesATrainer(String name) {
        TestRun run = new TestRun(folder);
        Configuration configuration = Configurations.of(Document.of("test", run.filled(yaml(name))));
        try (Assembly assembly = Assembly.open(configuration)) {
            assertThat(assembly.trainer().preflight().passed()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void isPrintedAsItIsRead(String name) {
        Configuration configuration = Configurations.of(Document.of("test", yaml(name)));
        String printed = Configurations.yaml(configuration);
        Configuration again = Configurations.of(Document.of("printed", printed));
        assertThat(Configurations.yaml(again)).isEqualTo(printed);
        assertThat(again.learning().algorithm().options())
                .isEqualTo(configuration.learning().algorithm().options());
    }
}
