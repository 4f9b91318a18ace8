package org.rft4j.rewards.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;

/** Every prompt gives constraints, each of which tells its passing from its failing example. */
class IfEvalTest {
    private static List<TaskRecord> read(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<TaskRecord> tasks = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode row = json.readTree(line);
            tasks.add(TaskRecord.of(row.path("key").asText(), row.path("prompt").textValue())
                    .with("instruction_id_list", json.convertValue(row.path("instruction_id_list"), List.class))
                    .with("kwargs", json.convertValue(row.path("kwargs"), List.class)));
        }
        return tasks;
    }

    private static TreeSet<String> holds(List<TaskRecord> tasks) {
        TreeSet<String> kinds = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        for (TaskRecord task : tasks) {
            for (Constraint constraint : InstructionReward.constraints(task)) {
                kinds.add(constraint.id());
                if (!constraint.kept().test(constraint.keeping())) {
                    wrong.add(task.id() + " " + constraint.id() + " refuses '" + constraint.keeping() + "'");
                }
                if (constraint.kept().test(constraint.breaking())) {
                    wrong.add(task.id() + " " + constraint.id() + " accepts '" + constraint.breaking() + "'");
                }
            }
        }
        assertThat(wrong).isEmpty();
        return kinds;
    }

    @Test
    void ourOwnPromptsCoverAllKinds() throws IOException {
        List<TaskRecord> tasks = read(Path.of("src/test/resources/ifeval-like.jsonl"));
        assertThat(holds(tasks)).isEqualTo(new TreeSet<>(ConstraintKinds.names()));
    }

    @Test
    void all541PromptsParse() throws IOException {
        String shared = System.getProperty("rft4j.shared");
        assumeTrue(shared != null, "no folder of real data");
        Path file = Path.of(shared, "data/ifeval/input_data.jsonl");
        assumeTrue(Files.exists(file), "IFEval is not there");
        List<TaskRecord> tasks = read(file);
        assertThat(tasks).hasSize(541);
        assertThat(holds(tasks)).hasSize(25);
        assertThat(Map.of(
                        "instructions",
                        tasks.stream()
                                .mapToInt(t -> InstructionReward.constraints(t).size())
                                .sum()))
                .containsEntry("instructions", 834);
    }
}
