package org.rft4j.core.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.engine.InvalidInputException;

class JsonlFileTest {
    private static final String MIXED = "\uFEFF{\"a\": 1}\r\n\r\n  \t\n{\"a\": \"é\u2028\"}\n{\"a\": null}";

    @TempDir
    private Path folder;

    @Test
    void marksBlanksReturnsAndTheLastLineAreNoMatter() throws IOException {
        JsonlFile file = JsonlFile.of(RowFiles.write(folder, "x.jsonl", MIXED));
        assertThat(RowFiles.texts(file)).containsExactly("1 {a=1}", "4 {a=é\u2028}", "5 {a=null}");
        assertThat(file.name()).isEqualTo("x.jsonl");
        assertThat(RowFiles.texts(file)).as("read again").hasSize(3);
        assertThat(RowFiles.texts(JsonlFile.of(RowFiles.write(folder, "none.jsonl", ""))))
                .isEmpty();
    }

    @Test
    void gzipIsKnownByItsContent() throws IOException {
        byte[] plain = MIXED.getBytes(StandardCharsets.UTF_8);
        byte[] twice = RowFiles.gzip(plain);
        byte[] members = Arrays.copyOf(twice, 2 * twice.length);
        System.arraycopy(twice, 0, members, twice.length, twice.length);
        assertThat(RowFiles.texts(JsonlFile.of(RowFiles.write(folder, "x.jsonl", twice))))
                .containsExactly("1 {a=1}", "4 {a=é\u2028}", "5 {a=null}");
        assertThat(RowFiles.texts(JsonlFile.of(RowFiles.write(folder, "plain.gz", plain))))
                .hasSize(3);
        assertThat(RowFiles.texts(JsonlFile.of(RowFiles.write(
                        folder, "two.gz", RowFiles.gzip("{}\n".repeat(9).getBytes(StandardCharsets.UTF_8))))))
                .hasSize(9);
        Path cut = RowFiles.write(folder, "cut.gz", Arrays.copyOf(twice, twice.length - 9));
        assertThatThrownBy(() -> RowFiles.all(JsonlFile.of(cut)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("cut.gz")
                .hasMessageContaining("was not readable (java.io.EOFException")
                .hasMessageEndingWith(
                        "must be a whole file; check the path, its permissions, and whether it was copied to its end");
    }

    @Test
    void numbersKeepTheirTypes() throws IOException {
        String line =
                "{\"l\": 9007199254740993, \"b\": 123456789012345678901234567890, \"d\": 0.1, \"e\": 1e2, \"i\": -0, "
                        + "\"t\": true, \"n\": [1, [null, {}]]}";
        Row row = (Row) RowFiles.all(JsonlFile.of(RowFiles.write(folder, "n.jsonl", line)))
                .get(0);
        assertThat(row.value("l")).isEqualTo(9007199254740993L);
        assertThat(row.value("b")).isEqualTo(new BigInteger("123456789012345678901234567890"));
        assertThat(row.value("d")).isEqualTo(0.1);
        assertThat(row.value("e")).isEqualTo(100.0);
        assertThat(row.value("i")).isEqualTo(0L);
        assertThat(row.value("t")).isEqualTo(true);
        assertThat(row.value("n").toString()).isEqualTo("[1, [null, {}]]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[1]|bad.jsonl:2:1: was '[1]', must be a JSON object",
                "\"x\"|bad.jsonl:2:1: was '\"x\"', must be a JSON object",
                "{\"a\": 1} {\"b\": 2}|bad.jsonl:2:10: was more text after the object, must be one JSON object per line",
                "{\"a\": 1, \"a\": 2}|bad.jsonl:2:13: was not read (Duplicate field 'a'), must be JSON",
                "{\"a\": 1e999}|bad.jsonl:2:7: was not read (the number '1e999' beyond doubles), must be JSON",
                "{\"a\": \"\\ud800\"}|bad.jsonl:2:7: was not read (half a surrogate pair), must be JSON",
            })
    void aBadLineSaysWhereAndWhat(String line, String problem) throws IOException {
        Path file = RowFiles.write(folder, "bad.jsonl", "{\"ok\": 1}\n" + line + "\n{\"ok\": 2}\n");
        assertThat(RowFiles.texts(JsonlFile.of(file))).containsExactly("1 {ok=1}", problem, "3 {ok=2}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": |bad.jsonl:2:",
                "{\"a\": NaN}|bad.jsonl:2:",
                "{'a': 1}|bad.jsonl:2:2",
                "{\"a\": tru}|bad.jsonl:2:"
            })
    void brokenSyntaxIsPlacedByTheParser(String line, String place) throws IOException {
        Path file = RowFiles.write(folder, "bad.jsonl", "{\"ok\": 1}\n" + line + "\n{\"ok\": 2}\n");
        List<String> texts = RowFiles.texts(JsonlFile.of(file));
        assertThat(texts).hasSize(3);
        assertThat(texts.get(1)).startsWith(place).endsWith("must be JSON");
        assertThat(((RowProblem) RowFiles.all(JsonlFile.of(file)).get(1)).column())
                .isPositive();
    }

    @Test
    void bytesThatAreNoTextAreReported() throws IOException {
        byte[] bytes = "{\"a\": \"éx\"}\n{\"a\": 1}\n".getBytes(StandardCharsets.UTF_8);
        bytes[9] = (byte) 0xFF;
        JsonlFile file = JsonlFile.of(RowFiles.write(folder, "b.jsonl", bytes));
        assertThat(RowFiles.texts(file)).containsExactly("b.jsonl:1:9: was byte 0xFF, must be UTF-8", "2 {a=1}");
        JsonlFile replacement = JsonlFile.of(RowFiles.write(folder, "r.jsonl", "{\"a\": \"\uFFFD\"}"));
        assertThat(RowFiles.texts(replacement)).as("a proper U+FFFD").containsExactly("1 {a=\uFFFD}");
        byte[] wide = "{\"a\": 1}\n".getBytes(StandardCharsets.UTF_16);
        assertThat(RowFiles.texts(JsonlFile.of(RowFiles.write(folder, "w.jsonl", wide)))
                        .get(0))
                .isEqualTo("w.jsonl:1:1: was byte 0xFE, must be UTF-8");
    }

    @Test
    void aLongLineIsABadRowAndNoMore() throws IOException {
        String content = "{\"a\": 1}\n{\"a\": \"" + "x".repeat(300_000) + "\"}\n{\"a\": 2}\n";
        JsonlFile file =
                JsonlFile.of(RowFiles.write(folder, "l.jsonl", content)).withMaxLineBytes(1000);
        assertThat(RowFiles.texts(file))
                .containsExactly(
                        "1 {a=1}",
                        "l.jsonl:2:1: was 300009 bytes long, must have at most 1000, or a higher limit",
                        "3 {a=2}");
        assertThat(RowFiles.texts(file.indexed())).isEqualTo(RowFiles.texts(file));
        assertThat(RowFiles.texts(file.withMaxLineBytes(300_009)).get(1)).startsWith("2 {a=xxx");
    }

    @Test
    void nestingIsLimited() throws IOException {
        String deep = "{\"a\": " + "[".repeat(63) + "]".repeat(63) + "}\n";
        String deeper = "{\"a\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}\n";
        List<Read> reads = RowFiles.all(JsonlFile.of(RowFiles.write(folder, "d.jsonl", deep + deeper)));
        assertThat(reads.get(0)).isInstanceOf(Row.class);
        assertThat(reads.get(1).toString())
                .startsWith("d.jsonl:2:")
                .contains("nesting depth (65)")
                .endsWith("must be JSON");
    }

    @Test
    void anIndexReadsLinesInAnyOrder() throws IOException {
        Path path = RowFiles.write(folder, "x.jsonl", MIXED + "\n{bad\n\n{\"a\": 7}\n");
        RowTable table = JsonlFile.of(path).indexed();
        assertThat(table.size()).isEqualTo(5);
        assertThat(table.read(4)).isEqualTo(new Row("x.jsonl", 8, java.util.Map.of("a", 7L)));
        assertThat(table.read(3).toString()).startsWith("x.jsonl:6:2: was not read");
        assertThat(RowFiles.texts(table)).isEqualTo(RowFiles.texts(JsonlFile.of(path)));
        assertThatThrownBy(() -> table.read(5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("row was 5, must be in [0, 5); ask for size()");
    }

    @Test
    void anIndexNoticesThatTheFileChanged() throws IOException {
        Path path = RowFiles.write(folder, "x.jsonl", "{\"a\": 1}\n{\"a\": 2}\n");
        RowTable table = JsonlFile.of(path).indexed();
        Files.writeString(path, "{\"a\": 1}\n{\"a\": 3}\n");
        assertThat(table.read(0)).isInstanceOf(Row.class);
        assertThatThrownBy(() -> table.read(1))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "x.jsonl:2: was changed, must stay as it was when it was indexed; leave the file alone while it is in"
                                + " use, and start again");
        Files.writeString(path, "{}");
        assertThatThrownBy(() -> table.read(1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("was changed");
    }

    @Test
    void whatCannotBeOpenedIsNamed() throws IOException {
        Path gz = RowFiles.write(folder, "x.gz", RowFiles.gzip(new byte[] {'{', '}'}));
        assertThatThrownBy(() -> JsonlFile.of(gz).indexed())
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("file to be indexed was " + gz
                        + ", must not be compressed; decompress it, or read it into memory");
        Path missing = folder.resolve("missing.jsonl");
        assertThatThrownBy(() -> JsonlFile.of(missing).open())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(missing + ": was not readable (java.nio.file.NoSuchFileException");
    }
}
