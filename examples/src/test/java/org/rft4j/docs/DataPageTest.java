package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.ExampleCursor;
import org.rft4j.core.data.load.ExampleReader;
import org.rft4j.core.data.load.Loaded;
import org.rft4j.core.data.load.ReadReport;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.data.rows.Row;
import org.rft4j.core.data.select.HashSplit;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.Mixture;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ExampleArrangement;

/** The code of docs/data.md. */
class DataPageTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            lines.append("{\"question\": \"%d + %d?\", \"answer\": \"#### %d\"}\n".formatted(i, i, 2 * i));
        }
        file = Files.writeString(folder.resolve("train.jsonl"), lines + "{\"question\": null}\n");
    }

    @Test
    void fromAFileToBatches() {
        ExampleReader<TaskRecord> gsm8k = RowMapping.asIs()
                .compute(
                        "prompt",
                        row -> Prompt.of(
                                ChatMessage.system("Give the answer after ####."),
                                ChatMessage.user(row.text("question"))))
                .tasks();
        Loaded<TaskRecord> loaded = Datasets.inMemory(JsonlFile.of(file), gsm8k, BadRows.skip());
        HashSplit<TaskRecord> split = HashSplit.by(loaded.records(), task -> task.text("question"), 0.2, "eval");
        Batches<TaskRecord> batches = Batches.of(Epochs.shuffled(split.train(), 42, Epochs.FOREVER), 4);
        List<TaskRecord> tasks = batches.next();
        JsonNode saved = batches.state();
        assertThat(loaded.report().skipped()).isEqualTo(1);
        assertThat(tasks)
                .hasSize(4)
                .allSatisfy(task -> assertThat(task.text("answer")).startsWith("#### "));
        assertThat(saved.get("index").asInt()).isEqualTo(4);
    }

    @Test
    void oneByOne() {
        ExampleReader<TaskRecord> gsm8k =
                RowMapping.asIs().compute("prompt", row -> row.text("question")).tasks();
        List<String> questions = new ArrayList<>();
        try (ExampleCursor<TaskRecord> cursor = ExampleCursor.open(JsonlFile.of(file), gsm8k, BadRows.skip())) {
            for (TaskRecord task = cursor.next(); task != null; task = cursor.next()) {
                questions.add(task.text("question"));
            }
            ReadReport report = cursor.report();
            assertThat(report.problems()).hasSize(1);
        }
        assertThat(questions).hasSize(20).contains("7 + 7?");
    }

    @Test
    void verlRows() {
        ExampleReader<TaskRecord> verl = RowMapping.asIs()
                .compute("answer", row -> row.at("reward_model", "ground_truth"))
                .tasks();
        Row row = new Row("x", 1, Map.of("prompt", "2+2", "reward_model", Map.of("ground_truth", "4")));
        assertThat(verl.read(row).text("answer")).isEqualTo("4");
    }

    @Test
    void mixturesResume() {
        Dataset<TaskRecord> easy = tasks("easy");
        Dataset<TaskRecord> hard = tasks("hard");
        List<String> expected = new ArrayList<>();
        JsonNode state = null;
        Mixture<TaskRecord> first = Mixture.untilAllEnd(
                42,
                List.of(
                        new Mixture.Part<>("easy", 1, Epochs.shuffled(easy, 42, Epochs.FOREVER)),
                        new Mixture.Part<>("hard", 3, Epochs.shuffled(hard, 42, Epochs.FOREVER))));
        for (int i = 0; i < 30; i++) {
            state = i == 17 ? first.state() : state;
            expected.add(first.next().id());
        }
        Mixture<TaskRecord> mixture = Mixture.untilAllEnd(
                42,
                List.of(
                        new Mixture.Part<>("easy", 1, Epochs.shuffled(easy, 42, Epochs.FOREVER)),
                        new Mixture.Part<>("hard", 3, Epochs.shuffled(hard, 42, Epochs.FOREVER))));
        mixture.restore(state);
        assertThat(IntStream.range(17, 30).mapToObj(i -> mixture.next().id()).toList())
                .isEqualTo(expected.subList(17, 30));
    }

    private static Dataset<TaskRecord> tasks(String name) {
        return Datasets.of(IntStream.range(0, 5)
                .mapToObj(i -> TaskRecord.of(name + i, "prompt"))
                .toList());
    }

    @Test
    void examplesAsTokens() {
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            ChatTemplate template = ChatTemplate.of("{% for m in messages %}{{ m.content }}{% endfor %}");
            ExampleEncoder encoder =
                    ExampleEncoder.of(tokenizer, Optional.of(template), EncodeOptions.of(1024, OverLength.KEEP_START));
            ExampleArrangement<Preference> pairs = ExampleRows.preferences(encoder, EqualPairs.DROP)
                    .withNumber(
                            TokenColumn.MARGIN, pair -> ((Number) pair.columns().get("margin")).doubleValue());
            Preference pair =
                    new Preference("p", Prompt.of("a"), Answer.of("b"), Answer.of("c"), Map.of("margin", 0.5));
            assertThat(pairs.arrange(List.of(pair, pair)).rows()).hasSize(4);
        }
    }
}
