package org.rft4j.core.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Damaged files give rows, or problems with a place: no other exception and no hang. {@code -Drft4j.fuzz.seed} and {@code
 * -Drft4j.fuzz.factor} try others and more.
 */
class RowFuzzTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final int FILES = 3000 * Integer.getInteger("rft4j.fuzz.factor", 1);
    private static final List<String> PIECES = List.of(
            "\"",
            "\"\"",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\n",
            "\r\n",
            "\r",
            "\\",
            "\\u",
            "\\ud83d",
            "\\\"",
            "null",
            "-",
            "1e999",
            "0x1",
            "\uFEFF",
            "\u0000",
            "é",
            "😀",
            "9".repeat(40),
            "[".repeat(70),
            "{\"a\":".repeat(70),
            "\t",
            "NaN",
            "//");

    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void damagedJsonl() throws IOException {
        String intact = "{\"prompt\": \"Wie viel\\u00fc\", \"n\": [1, 2.5, null, true], \"m\": {\"k\": \"😀\"}}\r\n"
                + "\n{\"prompt\": [{\"role\": \"user\", \"content\": \"a\\nb\"}], \"label\": false}\n{\"x\": -12}";
        Counts counts = new Counts();
        run("jsonl", intact, JsonlFile::of, counts);
        assertThat(counts.rows).isGreaterThan(FILES);
        assertThat(counts.problems).isGreaterThan(FILES / 2);
    }

    @Test
    @Timeout(120)
    void damagedArrays() throws IOException {
        Counts counts = new Counts();
        run(
                "array",
                "[{\"a\": 1.5, \"b\": \"é\"}, {\"c\": [null, {}]},\n {\"d\": \"x\"}]\n",
                JsonArrayFile::of,
                counts);
        assertThat(counts.rows).isGreaterThan(FILES / 2);
        assertThat(counts.fatal).isGreaterThan(FILES / 2);
    }

    @Test
    @Timeout(120)
    void damagedCsv() throws IOException {
        CsvOptions options = CsvOptions.DEFAULT.withType("n", CsvType.LONG).withType("j", CsvType.JSON);
        Counts counts = new Counts();
        run(
                "csv",
                "q,n,j\n\"a, \"\"b\"\"\nc\",12,\"[1, {\"\"k\"\": null}]\"\r\nplain é,,\n\"x\",-5,{}\n",
                path -> CsvFile.of(path, options),
                counts);
        assertThat(counts.rows).isGreaterThan(FILES / 2);
        assertThat(counts.problems).isGreaterThan(FILES / 2);
        assertThat(counts.fatal).isPositive();
    }

    private void run(String kind, String intact, Function<Path, RowSource> format, Counts counts) throws IOException {
        for (int i = 0; i < FILES; i++) {
            KeyedRandom random = KeyedRandom.ofSeed(SEED).derive(kind).derive(i);
            byte[] damaged = damaged(intact.getBytes(StandardCharsets.UTF_8), random);
            Path file = RowFiles.write(folder, "f", damaged);
            try (RowCursor cursor = format.apply(file).open()) {
                for (Read read = cursor.next(); read != null; read = cursor.next()) {
                    counts.count(read);
                }
            } catch (DataException e) {
                counts.fatal++;
                assertThat(e.problem().line()).as(e.getMessage()).isPositive();
                assertThat(e.problem().column()).as(e.getMessage()).isPositive();
            } catch (RuntimeException | Error e) {
                fail(kind + " " + i + " of seed " + SEED + ": " + new String(damaged, StandardCharsets.ISO_8859_1), e);
            }
        }
    }

    /** One to three changes: a byte, a cut, a piece put in, a range that moves. */
    private static byte[] damaged(byte[] intact, KeyedRandom random) {
        byte[] bytes = intact;
        int changes = 1 + (int) (random.uniform(0) * 3);
        for (int c = 0; c < changes; c++) {
            KeyedRandom change = random.derive(c);
            int at = (int) (change.uniform(1) * bytes.length);
            int to = at + (int) (change.uniform(2) * Math.min(30, bytes.length - at));
            byte[] piece = PIECES.get((int) (change.uniform(3) * PIECES.size())).getBytes(StandardCharsets.UTF_8);
            int what = (int) (change.uniform(0) * 4);
            if (what == 0) {
                bytes = bytes.clone();
                if (bytes.length > 0) {
                    bytes[at] = (byte) change.bits(4);
                }
            } else if (what == 1) {
                bytes = joined(bytes, at, new byte[0], to);
            } else if (what == 2) {
                bytes = joined(bytes, at, piece, at);
            } else {
                bytes = joined(bytes, at, Arrays.copyOfRange(bytes, at / 2, to), at);
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int end, byte[] middle, int rest) {
        byte[] joined = new byte[end + middle.length + bytes.length - rest];
        System.arraycopy(bytes, 0, joined, 0, end);
        System.arraycopy(middle, 0, joined, end, middle.length);
        System.arraycopy(bytes, rest, joined, end + middle.length, bytes.length - rest);
        return joined;
    }

    private static final class Counts {
        private int rows;
        private int problems;
        private int fatal;

        void count(Read read) {
            if (read instanceof RowProblem problem) {
                problems++;
                assertThat(problem.line()).as(problem.toString()).isPositive();
                assertThat(problem.column()).as(problem.toString()).isPositive();
            } else {
                rows++;
            }
        }
    }
}
