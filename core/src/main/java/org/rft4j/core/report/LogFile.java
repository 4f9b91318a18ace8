package org.rft4j.core.report;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;

/**
 * A file of lines that grows, and that is cut back to an earlier length where a run goes on. Each line is handed to the system when it
 * is appended. It is no {@code FileChannel}, which an interrupt of the training thread would close.
 */
final class LogFile implements AutoCloseable {
    private final Path file;
    private final RandomAccessFile out;

    private LogFile(Path file, RandomAccessFile out) {
        this.file = file;
        this.out = out;
    }

    /** Opens a file and drops what lies behind a position, which must be the end of a line. A missing file has length 0. */
    static LogFile open(Path file, long position) {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            long length = Files.exists(file) ? Files.size(file) : 0;
            checkPosition(file, position, length);
            RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
            try {
                out.setLength(position);
                out.seek(position);
                return new LogFile(file, out);
            } catch (IOException e) {
                out.close();
                throw e;
            }
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    /** Opens a file and drops the first line of a later step, and whatever follows it. */
    static LogFile openUntil(Path file, long step) {
        long[] kept = {0};
        scan(file, 0, (start, end, line) -> {
            boolean keep = JsonLine.read(file, line).path("step").asLong() <= step;
            kept[0] = keep ? end : kept[0];
            return keep;
        });
        return open(file, kept[0]);
    }

    private static void checkPosition(Path file, long position, long length) throws IOException {
        String wayOut = "restore the file as it was, or begin a new run in an empty folder";
        String what = "length of " + file.getFileName();
        Check.that(position >= 0, "position in " + file.getFileName(), position, "must not be negative", wayOut);
        Check.that(length >= position, what, length, "must be at least " + position + " where the run goes on", wayOut);
        if (position > 0) {
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                in.seek(position - 1);
                boolean endOfLine = in.read() == '\n';
                String rule = "must be the end of a line";
                Check.that(endOfLine, "position in " + file.getFileName(), position, rule, wayOut);
            }
        }
    }

    void append(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    /** The length in bytes, once that much is safely on the disk: a checkpoint that names it must find it again. */
    long position() {
        try {
            out.getFD().sync();
            return out.getFilePointer();
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    /**
     * Reads whole lines from where a line begins. One that has no end yet is left out: somebody is writing it, or was killed while
     * doing so. A missing file has no lines.
     */
    static void scan(Path file, long from, LineUser user) {
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            scan(new BufferedInputStream(in, 1 << 16), from, user);
        } catch (IOException e) {
            throw new EngineException("Could not read " + file + ": " + e + "; check its permissions", e);
        }
    }

    private static void scan(BufferedInputStream in, long from, LineUser user) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long start = from;
        long end = from;
        for (int next = in.read(); next >= 0; next = in.read()) {
            end++;
            if (next != '\n') {
                line.write(next);
                continue;
            }
            if (!user.use(start, end, line.toString(StandardCharsets.UTF_8))) {
                return;
            }
            line.reset();
            start = end;
        }
    }

    /** Takes lines. */
    @FunctionalInterface
    interface LineUser {
        /** Takes a line that begins and ends at these bytes, and says whether it wants the next one. */
        boolean use(long start, long end, String line);
    }
}
