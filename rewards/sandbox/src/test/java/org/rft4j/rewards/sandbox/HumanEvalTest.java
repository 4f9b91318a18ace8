package org.rft4j.rewards.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;

/** Real problems with real solutions: those of HumanEval where they are present, and a few of our own. */
class HumanEvalTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(Duration.ofSeconds(20), 600, 64, 8, 64 << 10);

    private static List<TaskRecord> read(Path file) throws IOException {
        List<TaskRecord> tasks = new ArrayList<>();
        for (String line : lines(file)) {
            JsonNode row = new ObjectMapper().readTree(line);
            String start = row.path("prompt").textValue();
            String check = row.path("test").textValue() + "\ncheck("
                    + row.path("entry_point").textValue() + ")\n";
            tasks.add(TaskRecord.of(row.path("task_id").textValue(), start)
                    .with("start", start)
                    .with("tests", check)
                    .with("solution", row.path("canonical_solution").textValue())
                    .with("function", row.path("entry_point").textValue()));
        }
        return tasks;
    }

    private static List<String> lines(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try (InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static void holds(List<TaskRecord> tasks) throws InterruptedException {
        assumeTrue(TestSandbox.isThere(), "bubblewrap is not installed");
        UnitTestReward reward = new UnitTestReward(
                Sandbox.bubblewrap(LIMITS),
                new Language.Python(),
                "tests",
                Optional.of("start"),
                UnitTestReward.Options.ALL);
        List<String> wrong = new ArrayList<>();
        for (TaskRecord task : tasks) {
            String solution = task.text("solution");
            if (reward.score(RewardSample.of(task, solution)).value() != 1) {
                wrong.add(task.id() + ": the solution fails");
            }
            if (reward.score(RewardSample.of(task, solution + mutation(task))).value() != 0) {
                wrong.add(task.id() + ": the mutated solution passes");
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** The right function, whose result is then made wrong in a way that depends on its kind. */
    private static String mutation(TaskRecord task) {
        String function = task.text("function");
        return """

                _right = %s
                def %s(*given):
                    value = _right(*given)
                    if isinstance(value, bool): return not value
                    if isinstance(value, (int, float)): return value + 1
                    if isinstance(value, str): return value + "x"
                    if isinstance(value, list): return value + [None]
                    if isinstance(value, tuple): return value + (None,)
                    return 0
                """.formatted(function, function);
    }

    @Test
    void ourOwnSolutionsPassAndMutatedOnesFail() throws Exception {
        Path file = Path.of("src/test/resources/humaneval-like.jsonl");
        List<TaskRecord> tasks = read(file);
        assertThat(tasks).hasSize(5);
        holds(tasks);
    }

    @Test
    void all164SolutionsPassAndMutatedOnesFail() throws Exception {
        String shared = System.getProperty("rft4j.shared");
        assumeTrue(shared != null, "no folder of real data");
        Path file = Path.of(shared, "data/humaneval/HumanEval.jsonl.gz");
        assumeTrue(Files.exists(file), "HumanEval is not there");
        List<TaskRecord> tasks = read(file);
        assertThat(tasks).hasSize(164);
        holds(tasks);
    }
}
