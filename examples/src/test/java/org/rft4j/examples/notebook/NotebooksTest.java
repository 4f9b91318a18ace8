package org.rft4j.examples.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each notebook in the kernel, on the classes just built; their last cells assert what they claim. */
class NotebooksTest {
    private static final Path FOLDER = Path.of("notebooks");
    private static final Path KERNEL = Path.of("target", "notebooks", "kernel", "rapaio-jupyter-kernel-3.0.1.jar");
    private static final int MOST_BYTES = 300_000;

    @TempDir
    private Path work;

    static List<Path> notebooks() throws IOException {
        return ExecuteNotebooks.notebooks(FOLDER);
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void allCellsRun(Path notebook) throws IOException, InterruptedException {
        assumeTrue(NotebookRun.nbconvert().isPresent(), "jupyter-nbconvert is not installed");

        Path executed = new NotebookRun(work, KERNEL).execute(notebook);

        assertThat(shown(executed)).as("what is shown as HTML").isEqualTo(shown(notebook));
        assertThat(Files.readString(executed)).doesNotContain("\"output_type\": \"error\"");
    }

    @Test
    void aCellThatThrowsFails() throws IOException {
        assumeTrue(NotebookRun.nbconvert().isPresent(), "jupyter-nbconvert is not installed");
        Path notebook = Files.writeString(work.resolve("bad.ipynb"), """
                {"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": null, "outputs": [],
                 "source": ["if (true) throw new IllegalStateException(\\"as expected\\");"]}],
                 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
                """);

        assertThatThrownBy(() -> new NotebookRun(work, KERNEL).execute(notebook))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bad.ipynb failed")
                .hasMessageContaining("as expected");
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void isCommittedAsItRan(Path notebook) throws IOException {
        List<JsonNode> code = code(notebook);

        assertThat(Files.size(notebook)).isLessThan(MOST_BYTES);
        for (int i = 0; i < code.size(); i++) {
            String source = text(code.get(i).path("source"));
            assertThat(code.get(i).path("execution_count").asInt()).as(source).isEqualTo(i + 1);
            assertThat(code.get(i).path("outputs").findValuesAsText("output_type"))
                    .doesNotContain("error");
            if (i > 0) {
                assertThat(source.lines())
                        .as("magic outside of the first cell")
                        .noneMatch(line -> line.startsWith("%"));
            }
        }
        assertThat(code.get(0).path("outputs")).isEmpty();
    }

    @Test
    void theFirstCellsOutputIsLeftOut() throws IOException {
        String notebook = notebook("[]", "null");
        String executed =
                notebook("[{\"output_type\": \"stream\", \"name\": \"stdout\", \"text\": [\"a path\"]}]", "7");

        String kept = ExecuteNotebooks.withOutputs(notebook, executed);

        List<JsonNode> cells = new ArrayList<>();
        new ObjectMapper().readTree(kept).path("cells").forEach(cells::add);
        assertThat(cells.get(0).has("outputs")).isFalse();
        assertThat(cells.get(1).path("outputs")).isEmpty();
        assertThat(cells.get(2).path("outputs").findValuesAsText("name")).containsExactly("stdout");
        assertThat(cells.get(2).path("execution_count").asInt()).isEqualTo(7);
        assertThat(ExecuteNotebooks.withOutputs(kept, executed)).isEqualTo(kept).endsWith("}\n");
    }

    private static String notebook(String outputs, String count) {
        String code = """
                {"cell_type": "code", "id": "%s", "metadata": {}, "execution_count": %s, "outputs": %s, "source": ["1"]}
                """;
        return "{\"cells\": [{\"cell_type\": \"markdown\", \"id\": \"a\", \"metadata\": {}, \"source\": [\"b\"]},"
                + code.formatted("b", count, outputs) + "," + code.formatted("c", count, outputs)
                + "], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}";
    }

    private static List<JsonNode> code(Path notebook) throws IOException {
        JsonNode cells = new ObjectMapper().readTree(notebook.toFile()).path("cells");
        return StreamSupport.stream(cells.spliterator(), false)
                .filter(cell -> cell.path("cell_type").asText().equals("code"))
                .toList();
    }

    /** How often each cell shows something as HTML. */
    private static List<Long> shown(Path notebook) throws IOException {
        return code(notebook).stream()
                .map(cell -> displays(cell.path("outputs"))
                        .filter(output -> output.path("data").has("text/html"))
                        .count())
                .toList();
    }

    private static Stream<JsonNode> displays(JsonNode outputs) {
        return StreamSupport.stream(outputs.spliterator(), false)
                .filter(output -> output.path("output_type").asText().equals("display_data"));
    }

    private static String text(JsonNode lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.asText()));
        return text.toString();
    }
}
