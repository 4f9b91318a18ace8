package org.rft4j.core.data.rows;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * A file with one JSON object per line, in UTF-8, compressed by gzip or not. Blank lines, carriage returns and a byte order mark
 * are passed over.
 */
public final class JsonlFile implements RowSource {
    /** The longest line that is read unless another limit is set: 64 MiB. */
    public static final int DEFAULT_MAX_LINE_BYTES = 1 << 26;

    private static final JsonFactory JSON = JsonValues.factory(Integer.MAX_VALUE);

    private final Path file;
    private final int maxLineBytes;

    private JsonlFile(Path file, int maxLineBytes) {
        this.file = file;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Names a file, which is opened when rows are read.
     *
     * @param file the file
     * @return its rows
     */
    public static JsonlFile of(Path file) {
        return new JsonlFile(file, DEFAULT_MAX_LINE_BYTES);
    }

    /**
     * Sets how long a line may be. A longer one is a bad row and takes no more memory than the limit.
     *
     * @param bytes at least 1
     * @return the same file with that limit
     */
    public JsonlFile withMaxLineBytes(int bytes) {
        Check.that(bytes >= 1, "maxLineBytes", bytes, "must be at least 1", "leave the default");
        return new JsonlFile(file, bytes);
    }

    @Override
    public String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public RowCursor open() {
        return new Cursor();
    }

    /**
     * Finds where each line begins, so that rows can be read in any order without holding them: 28 bytes per row stay in memory.
     *
     * @return the rows as a table; a compressed file cannot be read from its middle and is refused
     */
    public RowTable indexed() {
        Check.that(
                !TextLines.isGzip(file),
                "file to be indexed",
                file,
                "must not be compressed",
                "decompress it, or read it into memory");
        return JsonlIndex.of(this);
    }

    Path file() {
        return file;
    }

    int maxLineBytes() {
        return maxLineBytes;
    }

    LineReader lines() {
        return new LineReader(TextLines.open(file), maxLineBytes);
    }

    /** Reads the bytes of one line. */
    Read parse(long line, byte[] bytes, int count, long length) {
        String text = length > maxLineBytes ? null : TextLines.decode(bytes, count);
        if (text == null) {
            RowProblem problem = TextLines.problem(name(), line, bytes, count, length, maxLineBytes);
            if (problem != null) {
                return problem;
            }
            throw new IllegalStateException("a line that is not decoded has a problem");
        }
        return JsonValues.row(JSON, name(), line, text);
    }

    /** Reads on, line by line. */
    private final class Cursor implements RowCursor {
        private final LineReader lines = lines();

        @Override
        public @Nullable Read next() {
            try {
                while (lines.next()) {
                    if (!lines.isBlank()) {
                        return parse(lines.number(), lines.bytes(), lines.kept(), lines.length());
                    }
                }
                return null;
            } catch (IOException e) {
                throw DataException.unreadable(file, lines.number() + 1, e);
            }
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException e) {
                throw DataException.unreadable(file, lines.number(), e);
            }
        }
    }
}
