package org.rft4j.core.data.rows;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Bytes to text: gzip is known by its content, and what is no UTF-8 is a problem with its place. */
final class TextLines {
    private static final char REPLACEMENT = '\uFFFD';

    private TextLines() {}

    /** A file's bytes, decompressed if they are compressed. */
    static InputStream open(Path file) {
        try {
            InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            try {
                return startsLikeGzip(in) ? new GZIPInputStream(in, 1 << 16) : in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            throw DataException.unreadable(file, 0, e);
        }
    }

    static boolean isGzip(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 16)) {
            return startsLikeGzip(in);
        } catch (IOException e) {
            throw DataException.unreadable(file, 0, e);
        }
    }

    private static boolean startsLikeGzip(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
        in.reset();
        return gzip;
    }

    /** What is wrong with a line as such, or null: its length or its encoding. */
    static @Nullable RowProblem problem(String source, long line, byte[] bytes, int count, long length, int maxBytes) {
        if (length > maxBytes) {
            return RowProblem.at(
                    source, line, 1, length + " bytes long", "must have at most " + maxBytes + ", or a higher limit");
        }
        CharBuffer text = CharBuffer.allocate(count);
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, count);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, text, true);
        if (!result.isError()) {
            return null;
        }
        String found = String.format("byte 0x%02X", bytes[in.position()]);
        return RowProblem.at(source, line, text.position() + 1L, found, "must be UTF-8");
    }

    /** Decodes bytes; null if they may be no UTF-8, about which {@link #problem} knows more. */
    static @Nullable String decode(byte[] bytes, int count) {
        String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0
                && StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, 0, count), CharBuffer.allocate(count), true)
                        .isError()) {
            return null;
        }
        return text;
    }
}
