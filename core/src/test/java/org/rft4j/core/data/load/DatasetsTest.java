package org.rft4j.core.data.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.data.rows.MemoryRows;
import org.rft4j.core.data.rows.RowProblem;
import org.rft4j.engine.InvalidInputException;

class DatasetsTest {
    private static final ExampleReader<TaskRecord> TASKS = RowMapping.asIs().tasks();
    private static final String CONTENT = "{\"prompt\": \"a\"}\n{broken\n{\"prompt\": 5}\n{\"prompt\": \"b\"}\n";

    @TempDir
    private Path folder;

    @Test
    void memoryAndIndexHoldTheSame() throws IOException {
        JsonlFile file = JsonlFile.of(Files.writeString(folder.resolve("t.jsonl"), CONTENT));
        Loaded<TaskRecord> memory = Datasets.inMemory(file, TASKS, BadRows.skip());
        Loaded<TaskRecord> indexed = Datasets.indexed(file.indexed(), TASKS, BadRows.skip());
        assertThat(ids(memory.records())).containsExactly("t.jsonl:1", "t.jsonl:4");
        assertThat(ids(indexed.records())).isEqualTo(ids(memory.records()));
        assertThat(indexed.records().fingerprint())
                .isEqualTo(memory.records().fingerprint())
                .hasSize(64);
        assertThat(indexed.report()).isEqualTo(memory.report());
        assertThat(memory.report().records()).isEqualTo(2);
        assertThat(memory.report().skipped()).isEqualTo(2);
        assertThat(memory.report().problems())
                .extracting(RowProblem::place)
                .containsExactly("t.jsonl:2:2", "t.jsonl:3, column 'prompt'");
        assertThat(Datasets.inMemory(file, TASKS, BadRows.skip(1)).report().problems())
                .hasSize(1);
    }

    @Test
    void theFirstBadRowEndsItUnlessSkipped() throws IOException {
        JsonlFile file = JsonlFile.of(Files.writeString(folder.resolve("t.jsonl"), CONTENT));
        assertThatThrownBy(() -> Datasets.inMemory(file, TASKS, BadRows.fail()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("t.jsonl:2:2: was not read (")
                .hasMessageEndingWith("must be JSON; correct it, or skip bad rows with BadRows.skip()");
        ExampleReader<TaskRecord> careless = RowMapping.asIs()
                .compute("answer", row -> Integer.valueOf(row.text("prompt")))
                .tasks();
        MemoryRows rows = MemoryRows.of("list", List.of(Map.of("prompt", "1"), Map.of("prompt", "one")));
        assertThatThrownBy(() -> Datasets.inMemory(rows, careless, BadRows.fail()))
                .isInstanceOf(DataException.class)
                .hasCauseInstanceOf(NumberFormatException.class)
                .hasMessageStartingWith(
                        "list:2: was not mapped (java.lang.NumberFormatException: For input string: \"one\"), "
                                + "must be what the mapping expects; ");
    }

    @Test
    void promptAndAnswerAreOfOneKind() {
        MemoryRows rows = MemoryRows.of(
                "list", List.of(Map.of("prompt", "x", "completion", List.of(Map.of("role", "user", "content", "y")))));
        assertThatThrownBy(() -> Datasets.inMemory(rows, RowMapping.asIs().promptCompletions(), BadRows.fail()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("list:1: was not mapped (")
                .hasMessageContaining(
                        "answer to a text was messages, must be of the same kind; give both as text or both as"
                                + " lists of messages");
    }

    @Test
    void nothingAtAllIsRefused() {
        MemoryRows none = MemoryRows.of("list", List.of(Map.of("question", "?")));
        assertThatThrownBy(() -> Datasets.inMemory(none, TASKS, BadRows.skip()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "content of list was no record and 1 bad rows; the first problem is list:1, column 'prompt': was"
                                + " absent, must be there, the row has [question], must be at least one record; look into the file and"
                                + " at the mapping of its columns");
    }

    @Test
    void anIdNamesOneRecord() {
        MemoryRows rows = MemoryRows.of(
                "list",
                List.of(
                        Map.of("prompt", "a", "k", "x"),
                        Map.of("prompt", "b", "k", "y"),
                        Map.of("prompt", "c", "k", "x")));
        ExampleReader<TaskRecord> reader =
                RowMapping.asIs().withId(IdRule.column("k")).tasks();
        assertThatThrownBy(() -> Datasets.inMemory(rows, reader, BadRows.skip()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("id of records 0 and 2 was 'x', must name one record only; use another IdRule, such as"
                        + " IdRule.place()");
    }

    @Test
    void memoryIsLimited() {
        MemoryRows rows = MemoryRows.of("list", List.of(Map.of("prompt", "x".repeat(1000))));
        assertThatThrownBy(() -> Datasets.inMemory(rows, TASKS, BadRows.fail(), 1000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "content of list was more than 1000 bytes, must fit into memory as the limit says; raise the limit,"
                                + " or read a JSONL file with Datasets.indexed");
        assertThat(Datasets.inMemory(rows, TASKS, BadRows.fail(), 1100)
                        .records()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void fingerprintsTellContentOrderAndViewsApart() {
        Dataset<TaskRecord> data = tasks(5);
        List<TaskRecord> turned =
                new ArrayList<>(IntStream.range(0, 5).mapToObj(data::get).toList());
        java.util.Collections.reverse(turned);
        assertThat(List.of(
                        data.fingerprint(),
                        tasks(6).fingerprint(),
                        Datasets.of(turned).fingerprint(),
                        Datasets.of(List.of(TaskRecord.of("0", "p0").with("x", 1)))
                                .fingerprint(),
                        Datasets.of(List.of(TaskRecord.of("0", "p0").with("x", "1")))
                                .fingerprint(),
                        Datasets.of(List.of(TaskRecord.of("0", "p0").with("x", null)))
                                .fingerprint(),
                        Datasets.slice(data, 0, 2).fingerprint(),
                        Datasets.slice(data, 1, 3).fingerprint(),
                        Datasets.shard(data, 0, 2).fingerprint()))
                .doesNotHaveDuplicates();
        assertThat(tasks(5).fingerprint()).isEqualTo(data.fingerprint());
    }

    @Test
    void viewsTakeSkipShardAndFilter() {
        Dataset<TaskRecord> data = tasks(7);
        assertThat(ids(Datasets.slice(data, 2, 5))).containsExactly("2", "3", "4");
        assertThat(ids(Datasets.shard(data, 1, 3))).containsExactly("1", "4");
        assertThat(ids(Datasets.where(data, task -> task.id().compareTo("4") > 0)))
                .containsExactly("5", "6");
        assertThatThrownBy(() -> Datasets.slice(data, 5, 8))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("slice was [5,8), must be a range of at least one of the 7 records; ask for size()");
        assertThatThrownBy(() -> Datasets.shard(data, 7, 8))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("shard was 7 of 8, must hold one of the 7 records; use fewer shards");
        assertThatThrownBy(() -> Datasets.where(data, task -> false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("records that are kept was none of 7, must be at least one; loosen the condition");
    }

    @Test
    void oneByOneIsLazy() throws IOException {
        Path file = Files.writeString(folder.resolve("t.jsonl"), CONTENT + "{\"prompt\": \"c\"}\n");
        try (ExampleCursor<TaskRecord> cursor = ExampleCursor.open(JsonlFile.of(file), TASKS, BadRows.skip())) {
            assertThat(cursor.next().id()).isEqualTo("t.jsonl:1");
            assertThat(cursor.report().skipped()).isZero();
            assertThat(cursor.next().id()).isEqualTo("t.jsonl:4");
            assertThat(cursor.report().skipped()).isEqualTo(2);
            assertThat(cursor.next().id()).isEqualTo("t.jsonl:5");
            assertThat(cursor.next()).isNull();
        }
    }

    private static Dataset<TaskRecord> tasks(int count) {
        return Datasets.of(IntStream.range(0, count)
                .mapToObj(i -> TaskRecord.of(String.valueOf(i), "p" + i))
                .toList());
    }

    private static List<String> ids(Dataset<TaskRecord> data) {
        return IntStream.range(0, data.size()).mapToObj(i -> data.get(i).id()).toList();
    }
}
