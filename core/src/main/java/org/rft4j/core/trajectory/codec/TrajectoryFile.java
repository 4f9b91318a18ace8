package org.rft4j.core.trajectory.codec;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.InvalidInputException;

/**
 * A file of trajectories or groups, written and read one by one. It appears whole or not at all; one that was cut off, damaged
 * or is of another kind is refused with a {@link CheckpointException}.
 *
 * <p>Format, numbers with the highest byte first: the eight bytes {@code rft4jtrj}, the version of the format (4 bytes, 2), then
 * blocks. A block is a byte that names it, the length of its content (4 bytes), the content, and the CRC-32 of name and content
 * (4 bytes). First comes one block H: the kind of records and the header, a map. Then one block R for each record, as
 * {@link TrajectoryCodec} encodes it. Last one block E: the number of records (a varint). Nothing follows.
 */
public final class TrajectoryFile {
    static final int VERSION = 2;

    private static final byte[] MAGIC = "rft4jtrj".getBytes(StandardCharsets.US_ASCII);
    private static final String RETAKE = "take an older copy";

    private TrajectoryFile() {}

    /**
     * Writes a file.
     *
     * @param file where it will stand
     * @param codec of the records
     * @param header what else to keep: null, booleans, numbers, strings, lists and maps
     * @param records in order
     * @param <T> kind of the records
     */
    public static <T> void write(
            Path file,
            TrajectoryCodec<T> codec,
            Map<String, ? extends @Nullable Object> header,
            Iterable<? extends T> records) {
        try (AtomicFiles files = new AtomicFiles()) {
            files.write(file, channel -> {
                OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                DataOutputStream out = new DataOutputStream(buffered);
                out.write(MAGIC);
                out.writeInt(VERSION);
                ByteSink first = new ByteSink();
                first.text(codec.kind());
                ValueCodec.write(first, header);
                writeBlock(out, 'H', first.bytes());
                long count = 0;
                for (T one : records) {
                    writeBlock(out, 'R', codec.encode(one));
                    count++;
                }
                ByteSink last = new ByteSink();
                last.varint(count);
                writeBlock(out, 'E', last.bytes());
                out.flush();
            });
            files.commit();
        }
    }

    private static void writeBlock(DataOutputStream out, char name, byte[] content) throws IOException {
        out.writeByte(name);
        out.writeInt(content.length);
        out.write(content);
        out.writeInt(checksum(name, content));
    }

    private static int checksum(int name, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        return (int) crc.getValue();
    }

    /**
     * Reads a file.
     *
     * @param file what {@link #write} wrote
     * @param codec of the records
     * @param records takes each of them, in order; what it has taken before an error is to be thrown away
     * @param <T> kind of the records
     * @return the header
     */
    public static <T> Map<String, @Nullable Object> read(
            Path file, TrajectoryCodec<T> codec, Consumer<? super T> records) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            return new Reader(file, in, Files.size(file)).read(codec, records);
        } catch (IOException e) {
            throw new CheckpointException(file, "file", e, "must be readable", "check path and permissions");
        }
    }

    /** One pass over a file. */
    private static final class Reader {
        private final Path file;
        private final DataInputStream in;
        private long left;

        Reader(Path file, DataInputStream in, long size) {
            this.file = file;
            this.in = in;
            left = size;
        }

        <T> Map<String, @Nullable Object> read(TrajectoryCodec<T> codec, Consumer<? super T> records)
                throws IOException {
            byte[] magic = bytes(Math.min(MAGIC.length, left), "beginning");
            require(
                    Arrays.equals(magic, MAGIC),
                    "beginning",
                    HexFormat.of().formatHex(magic),
                    "must be that of a file of trajectories, rft4jtrj",
                    "name a file that TrajectoryFile wrote");
            int version = number("version");
            require(
                    version == VERSION,
                    "version",
                    version,
                    "must be " + VERSION,
                    "read it with the rft4j that wrote it");
            Map<String, @Nullable Object> header = header(codec);
            long count = 0;
            while (true) {
                int name = bytes(1, "block after record " + count)[0];
                byte[] content = block(name, "block after record " + count);
                if (name == 'E') {
                    requireCount(content, count);
                    return header;
                }
                require(name == 'R', "block after record " + count, name, "must be a record or the end", RETAKE);
                records.accept(decoded("record " + count, () -> codec.decode(content)));
                count++;
            }
        }

        private Map<String, @Nullable Object> header(TrajectoryCodec<?> codec) throws IOException {
            int name = bytes(1, "header")[0];
            require(name == 'H', "first block", name, "must be a header", RETAKE);
            byte[] content = block(name, "header");
            return decoded("header", () -> {
                ByteSource source = new ByteSource(content);
                String kind = source.text();
                require(
                        kind.equals(codec.kind()),
                        "kind of records",
                        kind,
                        "must be " + codec.kind(),
                        "read what it is");
                Map<String, @Nullable Object> header = TaskCodec.readMap(source);
                source.requireEnd();
                return header;
            });
        }

        private void requireCount(byte[] content, long count) {
            long written = decoded("end", () -> new ByteSource(content).varint());
            require(written == count, "number of records", count, "must be " + written, RETAKE);
            require(left == 0, "bytes after the end", left, "must be none", RETAKE);
        }

        private byte[] block(int name, String what) throws IOException {
            int length = number(what);
            require(length >= 0, "length of " + what, length, "must be at least 0", RETAKE);
            byte[] content = bytes(length, what);
            int expected = number(what);
            require(
                    checksum(name, content) == expected,
                    what,
                    "damaged",
                    "must have the checksum that was written",
                    RETAKE);
            return content;
        }

        private int number(String what) throws IOException {
            byte[] four = bytes(Integer.BYTES, what);
            return ByteBuffer.wrap(four).getInt();
        }

        /** Allocates only what the file can fill. */
        private byte[] bytes(long count, String what) throws IOException {
            require(count <= left, what, "cut off", "must be whole", RETAKE);
            byte[] bytes = in.readNBytes((int) count);
            require(bytes.length == count, what, "cut off", "must be whole", RETAKE);
            left -= count;
            return bytes;
        }

        private <R> R decoded(String what, Supplier<R> decoding) {
            try {
                return decoding.get();
            } catch (InvalidInputException e) {
                throw new CheckpointException(
                        file, what, "malformed (" + e.getMessage() + ")", "must be whole", RETAKE);
            }
        }

        private void require(boolean condition, String what, @Nullable Object value, String rule, String wayOut) {
            CheckpointException.check(condition, file, what, value, rule, wayOut);
        }
    }
}
