package org.rft4j.core.data.rows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.rft4j.engine.Check;

/** Where the lines of a JSONL file begin, and a check sum of each: a file that changes underneath is noticed. */
final class JsonlIndex implements RowTable {
    private final JsonlFile file;
    private long[] offsets = new long[1 << 10];
    private long[] lengths = new long[1 << 10];
    private long[] lines = new long[1 << 10];
    private int[] sums = new int[1 << 10];
    private int size;

    private JsonlIndex(JsonlFile file) {
        this.file = file;
    }

    static JsonlIndex of(JsonlFile file) {
        JsonlIndex index = new JsonlIndex(file);
        try (LineReader lines = file.lines()) {
            while (lines.next()) {
                if (!lines.isBlank()) {
                    index.add(lines);
                }
            }
        } catch (IOException e) {
            throw DataException.unreadable(file.file(), 0, e);
        }
        return index;
    }

    private void add(LineReader line) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
            lines = Arrays.copyOf(lines, 2 * size);
            sums = Arrays.copyOf(sums, 2 * size);
        }
        offsets[size] = line.offset();
        lengths[size] = line.length();
        lines[size] = line.number();
        sums[size] = sum(line.bytes(), line.kept());
        size++;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Read read(int index) {
        Check.that(index >= 0 && index < size, "row", index, "must be in [0, " + size + ")", "ask for size()");
        int count = (int) Math.min(lengths[index], file.maxLineBytes());
        ByteBuffer bytes = ByteBuffer.allocate(count);
        try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ)) {
            long at = offsets[index];
            while (bytes.hasRemaining()) {
                int more = channel.read(bytes, at + bytes.position());
                if (more < 0) {
                    break;
                }
            }
        } catch (IOException e) {
            throw DataException.unreadable(file.file(), lines[index], e);
        }
        if (bytes.hasRemaining() || sum(bytes.array(), count) != sums[index]) {
            throw new DataException(
                    RowProblem.at(name(), lines[index], 0, "changed", "must stay as it was when it was indexed"),
                    "leave the file alone while it is in use, and start again");
        }
        return file.parse(lines[index], bytes.array(), count, lengths[index]);
    }

    private static int sum(byte[] bytes, int count) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, count);
        return (int) sum.getValue();
    }
}
