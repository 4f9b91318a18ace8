package org.rft4j.core.data.rows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes small files and reads all that is in them. */
final class RowFiles {
    private RowFiles() {}

    static Path write(Path folder, String name, String content) throws IOException {
        return write(folder, name, content.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path folder, String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    static List<Read> all(RowSource source) {
        List<Read> reads = new ArrayList<>();
        try (RowCursor cursor = source.open()) {
            for (Read read = cursor.next(); read != null; read = cursor.next()) {
                reads.add(read);
            }
        }
        return reads;
    }

    static List<String> texts(RowSource source) {
        return all(source).stream()
                .map(read -> read instanceof Row row ? row.number() + " " + row.columns() : read.toString())
                .toList();
    }
}
