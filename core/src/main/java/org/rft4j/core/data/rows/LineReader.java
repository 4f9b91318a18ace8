package org.rft4j.core.data.rows;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits bytes into lines at line feeds. What is kept of a line is limited; a longer one is passed over to its end. A byte order
 * mark at the beginning is passed over too.
 */
final class LineReader implements Closeable {
    private static final int CHUNK = 1 << 16;
    private static final int SMALL = 1 << 20;

    private final InputStream in;
    private final int maxBytes;
    private final byte[] chunk = new byte[CHUNK];
    private int at;
    private int filled;
    /** Where the chunk begins. */
    private long chunkOffset;

    private byte[] line = new byte[1 << 10];
    private int kept;
    private long length;
    private long number;
    private long offset;
    private boolean ended;

    LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Reads a line; false at the end. */
    boolean next() throws IOException {
        if (at == filled && !fill()) {
            return false;
        }
        if (line.length > SMALL) {
            line = new byte[1 << 10];
        }
        kept = 0;
        length = 0;
        ended = false;
        number++;
        offset = chunkOffset + at;
        do {
            int from = at;
            while (at < filled && chunk[at] != '\n') {
                at++;
            }
            keep(from, at);
            if (at < filled) {
                at++;
                ended = true;
                return true;
            }
        } while (fill());
        return true;
    }

    private boolean fill() throws IOException {
        boolean first = chunkOffset == 0 && filled == 0;
        chunkOffset += filled;
        filled = in.readNBytes(chunk, 0, CHUNK);
        at = first && filled >= 3 && chunk[0] == (byte) 0xEF && chunk[1] == (byte) 0xBB && chunk[2] == (byte) 0xBF
                ? 3
                : 0;
        return at < filled;
    }

    private void keep(int from, int to) {
        length += to - from;
        int more = Math.min(to - from, maxBytes - kept);
        if (kept + more > line.length) {
            line = Arrays.copyOf(line, (int) Math.min(maxBytes, Math.max(kept + more, line.length * 2L)));
        }
        System.arraycopy(chunk, from, line, kept, more);
        kept += more;
    }

    /** The line's bytes, of which the first {@link #kept} count until the next call of {@link #next}. */
    byte[] bytes() {
        return line;
    }

    /** How many bytes were kept, a carriage return included and the line feed not. */
    int kept() {
        return kept;
    }

    boolean tooLong() {
        return length > maxBytes;
    }

    long length() {
        return length;
    }

    /** From 1. */
    long number() {
        return number;
    }

    /** Of the line's first byte, in the stream. */
    long offset() {
        return offset;
    }

    /** Whether a line feed ended it, rather than the end. */
    boolean ended() {
        return ended;
    }

    boolean isBlank() {
        for (int i = 0; i < kept; i++) {
            if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
                return false;
            }
        }
        return !tooLong();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
