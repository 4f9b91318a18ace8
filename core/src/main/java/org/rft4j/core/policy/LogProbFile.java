package org.rft4j.core.policy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.rft4j.core.checkpoint.CheckpointException;

/**
 * The file of a {@link PrecomputedReference}: a magic number with the version, two texts, each after its length, then for each row a byte 1, its
 * key of 16 bytes, the number of its scored tokens and their log-probs, and at the end a byte 0 and a CRC-32C of all that. The highest byte of a
 * number comes first.
 */
final class LogProbFile {
    static final int ROW = 1;

    private static final int END = 0;
    private static final int MAGIC = 0x72_66_70_01; // "rfp", version 1
    private static final int MOST_TEXT = 1 << 20;
    private static final int BUFFER = 1 << 16;
    private static final int ROW_HEADER = 1 + 2 * Long.BYTES + Integer.BYTES;

    private LogProbFile() {}

    /** Where the numbers of each row begin. */
    record Read(LogProbOrigin origin, Map<RowKey, Long> places, int checksum) {}

    static void write(FileChannel target, LogProbOrigin origin, PrecomputedReference.Filling filling)
            throws IOException {
        CRC32C sum = new CRC32C();
        DataOutputStream out = new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(Channels.newOutputStream(target), BUFFER), sum));
        out.writeInt(MAGIC);
        text(out, origin.weights());
        text(out, origin.scoring());
        try {
            filling.into(new LogProbRows(out));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.writeByte(END);
        out.writeInt((int) sum.getValue());
        out.flush();
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static Read read(Path file) {
        CRC32C sum = new CRC32C();
        try (DataInputStream in = new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER), sum))) {
            require(in.readInt() == MAGIC, file, "beginning", "must be that of precomputed log-probs of this version");
            byte[] weights = text(in, file);
            byte[] scoring = text(in, file);
            LogProbOrigin origin = new LogProbOrigin(
                    new String(weights, StandardCharsets.UTF_8), new String(scoring, StandardCharsets.UTF_8));
            long begin = 3L * Integer.BYTES + weights.length + scoring.length;
            Map<RowKey, Long> places = places(in, file, begin);
            int expected = (int) sum.getValue();
            require(in.readInt() == expected, file, "checksum", "must be that of its content");
            return new Read(origin, places, expected);
        } catch (EOFException e) {
            throw new CheckpointException(file, "end", "early", "must come after the last row", wayOut());
        } catch (IOException e) {
            throw PrecomputedReference.unreadable(file, e);
        }
    }

    private static byte[] text(DataInputStream in, Path file) throws IOException {
        int length = in.readInt();
        require(length >= 0 && length <= MOST_TEXT, file, "length of a text", "must be at most " + MOST_TEXT);
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static Map<RowKey, Long> places(DataInputStream in, Path file, long begin) throws IOException {
        Map<RowKey, Long> places = new HashMap<>();
        long position = begin;
        for (int kind = in.readUnsignedByte(); kind != END; kind = in.readUnsignedByte()) {
            require(kind == ROW, file, "beginning of row " + places.size(), "must be that of a row");
            RowKey key = new RowKey(in.readLong(), in.readLong());
            int count = in.readInt();
            require(count > 0, file, "number of tokens of row " + places.size(), "must be positive");
            long bytes = (long) count * Float.BYTES;
            in.skipNBytes(bytes); // through the checksum
            position += ROW_HEADER;
            places.put(key, position);
            position += bytes;
        }
        return places;
    }

    static ByteBuffer numbers(Path file, FileChannel channel, long place, int count) {
        ByteBuffer numbers = ByteBuffer.allocate(count * Float.BYTES);
        try {
            while (numbers.hasRemaining()) {
                if (channel.read(numbers, place + numbers.position()) < 0) {
                    throw new EOFException("the file has become shorter");
                }
            }
        } catch (IOException e) {
            throw PrecomputedReference.unreadable(file, e);
        }
        return numbers.flip();
    }

    private static void require(boolean condition, Path file, String what, String rule) {
        CheckpointException.check(condition, file, what, "wrong", rule, wayOut());
    }

    private static String wayOut() {
        return "delete the file to compute it anew";
    }
}
