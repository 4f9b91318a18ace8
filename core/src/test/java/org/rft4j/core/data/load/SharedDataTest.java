package org.rft4j.core.data.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.rows.JsonlFile;

/** Real data sets, where they are. */
class SharedDataTest {
    @Test
    void gsm8k() {
        ExampleReader<TaskRecord> reader = RowMapping.asIs()
                .compute("prompt", row -> Prompt.of(ChatMessage.user(row.text("question"))))
                .compute("gold", row -> row.text("answer").replaceAll("(?s).*#### ", ""))
                .tasks();
        JsonlFile file = JsonlFile.of(shared("gsm8k/train.jsonl"));
        Loaded<TaskRecord> loaded = Datasets.indexed(file.indexed(), reader, BadRows.fail());
        Dataset<TaskRecord> tasks = loaded.records();
        assertThat(tasks.size()).isEqualTo(7473);
        assertThat(tasks.get(0).text("gold")).isEqualTo("72");
        assertThat(tasks.get(7472).id()).isEqualTo("train.jsonl:7473");
        assertThat(Datasets.inMemory(file, reader, BadRows.fail()).records().fingerprint())
                .isEqualTo(tasks.fingerprint());
        JsonlFile test = JsonlFile.of(shared("gsm8k/test.jsonl"));
        assertThat(Datasets.inMemory(test, reader, BadRows.fail()).records().size())
                .isEqualTo(1319);
    }

    @Test
    void humanEval() {
        ExampleReader<TaskRecord> reader =
                RowMapping.asIs().withId(IdRule.column("task_id")).tasks();
        JsonlFile file = JsonlFile.of(shared("humaneval/HumanEval.jsonl.gz"));
        Dataset<TaskRecord> tasks =
                Datasets.inMemory(file, reader, BadRows.fail()).records();
        assertThat(tasks.size()).isEqualTo(164);
        assertThat(tasks.get(163).id()).isEqualTo("HumanEval/163");
        assertThat(tasks.get(0).columns().keySet())
                .containsExactly("task_id", "entry_point", "canonical_solution", "test");
    }

    @Test
    void ifEval() {
        ExampleReader<TaskRecord> reader =
                RowMapping.asIs().withId(IdRule.column("key")).tasks();
        JsonlFile file = JsonlFile.of(shared("ifeval/input_data.jsonl"));
        Dataset<TaskRecord> tasks =
                Datasets.inMemory(file, reader, BadRows.fail()).records();
        assertThat(tasks.size()).isEqualTo(541);
        assertThat(tasks.get(0).id()).isEqualTo("1000");
        assertThat(tasks.get(0).value("kwargs"))
                .isEqualTo(List.of(
                        Map.of(), Map.of("num_highlights", 3L), Map.of("relation", "at least", "num_words", 300L)));
    }

    private static Path shared(String file) {
        Path path =
                Path.of(System.getProperty("rft4j.shared", "absent"), "data").resolve(file);
        assumeTrue(Files.exists(path), "needs data/" + file + " under -Drft4j.shared");
        return path;
    }
}
