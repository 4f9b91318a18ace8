package org.rft4j.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.ExampleReader;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.data.rows.Read;
import org.rft4j.core.data.rows.Row;
import org.rft4j.core.data.rows.RowCursor;
import org.rft4j.core.data.rows.RowSource;
import org.rft4j.core.data.rows.Shards;
import org.rft4j.engine.random.KeyedRandom;

@Tag("newest-jdk")
class ParquetRowsTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final int DAMAGED = 400 * Integer.getInteger("rft4j.fuzz.factor", 1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"scalars", "nested"})
    void valuesAreWhatPyarrowWrote(String name) {
        List<Map<String, Object>> rows = columns(ParquetRows.of(golden(name + ".parquet")));
        List<Map<String, Object>> expected = columns(JsonlFile.of(golden(name + ".jsonl")));
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(texted(rows.get(i))).isEqualTo(expected.get(i));
            assertThat(List.copyOf(rows.get(i).keySet()))
                    .isEqualTo(List.copyOf(expected.get(i).keySet()));
        }
    }

    @Test
    void decimalsAreExactAndMapsKeepTheirOrder() {
        Map<String, Object> scalars =
                columns(ParquetRows.of(golden("scalars.parquet"))).get(0);
        assertThat(scalars.get("decimal32")).isEqualTo(new BigDecimal("12.50"));
        assertThat(scalars.get("decimal128")).isEqualTo(new BigDecimal("1234567890123456789.0123456789"));
        Map<String, Object> nested =
                columns(ParquetRows.of(golden("nested.parquet"))).get(0);
        assertThat(((Map<?, ?>) nested.get("map")).keySet().toString()).isEqualTo("[k, a, z]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd"})
    void pagesAreDecompressed(String codec) {
        assertThat(columns(ParquetRows.of(golden(codec + ".parquet"))))
                .isEqualTo(columns(JsonlFile.of(golden("codecs.jsonl"))));
    }

    @Test
    void anotherCodecIsNamed() {
        assertThatThrownBy(() -> columns(ParquetRows.of(golden("lz4.parquet"))))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("lz4.parquet")
                .hasMessageContaining("compression LZ4_RAW, which must be one of UNCOMPRESSED, SNAPPY, GZIP, ZSTD");
    }

    @Test
    void shardsOfTheHubBecomeTasks() {
        List<ParquetRows> files = List.of(
                ParquetRows.of(golden("train-00000-of-00002.parquet")),
                ParquetRows.of(golden("train-00001-of-00002.parquet")));
        assertThat(columns(Shards.of("train", files))).isEqualTo(columns(JsonlFile.of(golden("train.jsonl"))));
        ExampleReader<TaskRecord> verl = RowMapping.asIs()
                .compute("answer", row -> row.at("reward_model", "ground_truth"))
                .tasks();
        Shards lean = Shards.of(
                "train", files.stream().map(ParquetRows::withoutNestedNulls).toList());
        Dataset<TaskRecord> tasks =
                Datasets.inMemory(lean, verl, BadRows.fail()).records();
        assertThat(tasks.size()).isEqualTo(6);
        assertThat(tasks.get(4).id()).isEqualTo("train-00001-of-00002.parquet:2");
        assertThat(tasks.get(4).text("answer")).isEqualTo("4");
        List<ChatMessage> messages =
                ((Prompt.Chat) tasks.get(4).prompt()).conversation().messages();
        assertThat(messages.get(0)).isEqualTo(ChatMessage.user("Question 4"));
        assertThat(messages.get(1).toolCalls().get(0).arguments()).isEqualTo(Map.of("a", 4L));
    }

    @Test
    void whatIsNoParquetIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("x.parquet"), "{\"a\": 1}\n");
        assertThatThrownBy(() -> ParquetRows.of(text).open())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(text + ": was not opened (")
                .hasMessageEndingWith(
                        "must be a Parquet file; check the path, and whether the file was copied to its end");
        byte[] whole = Files.readAllBytes(golden("snappy.parquet"));
        Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(() -> ParquetRows.of(cut).open()).isInstanceOf(DataException.class);
    }

    /** Check sums of pages make most changes known; all others must end in rows or in our exception too. */
    @Test
    @Timeout(120)
    void damagedFilesAreReadOrRefused() throws IOException {
        int refused = 0;
        for (String name : List.of("scalars", "nested", "gzip", "zstd", "snappy")) {
            byte[] whole = Files.readAllBytes(golden(name + ".parquet"));
            for (int i = 0; i < DAMAGED / 5; i++) {
                KeyedRandom random = KeyedRandom.ofSeed(SEED).derive(name).derive(i);
                byte[] damaged = whole.clone();
                damaged[(int) (random.uniform(0) * whole.length)] ^= (byte) (1 + random.uniform(1) * 255);
                Path file = Files.write(folder.resolve("damaged.parquet"), damaged);
                try {
                    columns(ParquetRows.of(file));
                } catch (DataException e) {
                    refused++;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(name + " " + i + " of seed " + SEED, e);
                }
            }
        }
        assertThat(refused).isGreaterThan(DAMAGED / 4);
    }

    private static List<Map<String, Object>> columns(RowSource source) {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (RowCursor cursor = source.open()) {
            for (Read read = cursor.next(); read != null; read = cursor.next()) {
                rows.add(((Row) read).columns());
            }
        }
        return rows;
    }

    private static Map<String, Object> texted(Map<String, Object> row) {
        Map<String, Object> texted = new LinkedHashMap<>();
        row.forEach((name, value) -> texted.put(name, value instanceof BigDecimal number ? number.toString() : value));
        return texted;
    }

    private static Path golden(String name) {
        try {
            return Path.of(Objects.requireNonNull(ParquetRowsTest.class.getResource("/golden/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
