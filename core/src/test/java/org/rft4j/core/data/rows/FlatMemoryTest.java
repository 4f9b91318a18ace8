package org.rft4j.core.data.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading takes the memory of a row, not of a file. */
class FlatMemoryTest {
    private static final int ROWS = 50_000;
    private static final long MOST_HELD = 8 << 20;

    @TempDir
    private Path folder;

    @Test
    void fiftyMegabytesAreReadInEight() throws IOException {
        Path file = folder.resolve("big.jsonl");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file), 1 << 16) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        }) {
            byte[] filler = "lorem ipsum ".repeat(80).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < ROWS; i++) {
                out.write(("{\"n\": " + i + ", \"text\": \"").getBytes(StandardCharsets.UTF_8));
                out.write(filler);
                out.write("\"}\n".getBytes(StandardCharsets.UTF_8));
            }
        }
        long before = held();
        long most = 0;
        long rows = 0;
        try (RowCursor cursor = JsonlFile.of(file).open()) {
            for (Read read = cursor.next(); read != null; read = cursor.next()) {
                assertThat(((Row) read).value("n")).isEqualTo(rows);
                rows++;
                if (rows % (ROWS / 5) == 0) {
                    most = Math.max(most, held() - before);
                }
            }
        }
        assertThat(rows).isEqualTo(ROWS);
        assertThat(most).isLessThan(MOST_HELD);
    }

    private static long held() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
