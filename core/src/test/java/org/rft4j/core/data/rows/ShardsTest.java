package org.rft4j.core.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.InvalidInputException;

class ShardsTest {
    @TempDir
    private Path folder;

    @Test
    void sourcesAreReadInOrderAndRowsKeepTheirPlace() throws IOException {
        Shards shards = Shards.of(
                "all",
                List.of(
                        JsonlFile.of(RowFiles.write(folder, "a.jsonl", "{\"n\": 1}\n{\n")),
                        JsonlFile.of(RowFiles.write(folder, "empty.jsonl", "\n")),
                        CsvFile.of(RowFiles.write(folder, "b.csv", "n\n2\n")),
                        MemoryRows.of("list", List.of(Map.of("n", 3)))));
        List<Read> reads = RowFiles.all(shards);
        assertThat(reads).hasSize(4);
        assertThat(reads.get(0)).isEqualTo(new Row("a.jsonl", 1, Map.of("n", 1L)));
        assertThat(((RowProblem) reads.get(1)).place()).startsWith("a.jsonl:2:");
        assertThat(reads.get(2)).isEqualTo(new Row("b.csv", 2, Map.of("n", "2")));
        assertThat(reads.get(3)).isEqualTo(new Row("list", 1, Map.of("n", 3)));
        assertThat(shards.name()).isEqualTo("all");
    }

    @Test
    void namesAreDistinct() {
        MemoryRows rows = MemoryRows.of("list", List.of());
        assertThatThrownBy(() -> Shards.of("all", List.of(rows, rows)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "names of shards was [list, list], must be at least one, and none twice; rows are named by them;"
                                + " rename files of the same name");
    }
}
