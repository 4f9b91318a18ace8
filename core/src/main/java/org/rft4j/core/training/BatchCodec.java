package org.rft4j.core.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * A batch as bytes, the same bytes for the same batch: a magic number with the version, then the number of rows, the rows, the columns in the
 * order of their names, the units, and a CRC-32 of all that. Whole numbers take seven bits a byte, lowest first; {@code trained} takes a
 * bit per token; a column's row that is 0 wherever nothing is trained keeps the trained numbers alone. Floats keep every bit.
 */
public final class BatchCodec {
    private static final int MAGIC = 0x72_66_62_01; // "rfb", version 1
    private static final int FIRST_SIZE = 1024;
    private static final int LONGEST_VARINT = 10;

    /** What nobody has, so that bytes that claim more are damaged: a row of zeros takes one byte, and memory for every token. */
    private static final int MOST_COLUMNS = 64;

    /** How a column's row is written. */
    private static final int EVERY_TOKEN = 0;

    private static final int TRAINED_TOKENS = 1;

    private BatchCodec() {}

    /**
     * Writes a batch.
     *
     * @param target where to write; flushed, and stays open
     * @param parts the batch
     * @throws IOException if writing fails
     */
    public static void write(OutputStream target, TrainingBatch parts) throws IOException {
        Check.that(
                parts.columns().size() <= MOST_COLUMNS,
                "number of columns",
                parts.columns().size(),
                "must be at most " + MOST_COLUMNS,
                "join some");
        CRC32 checksum = new CRC32();
        DataOutputStream out = new DataOutputStream(new CheckedOutputStream(target, checksum));
        out.writeInt(MAGIC);
        int rows = parts.ids().size();
        varint(out, rows);
        for (int row = 0; row < rows; row++) {
            longs(out, parts.ids().get(row));
            out.write(bits(parts.trained().get(row)));
            ints(out, parts.turnStarts().get(row));
            for (int size : parts.supportSizes().get(row)) {
                varint(out, size);
            }
        }
        varint(out, parts.columns().size());
        List<Map.Entry<TokenColumn, float[][]>> columns =
                new ArrayList<>(parts.columns().entrySet());
        columns.sort(Comparator.comparing(entry -> entry.getKey().name()));
        for (Map.Entry<TokenColumn, float[][]> column : columns) {
            out.writeUTF(column.getKey().name());
            for (int row = 0; row < rows; row++) {
                floats(out, column.getValue()[row], parts.trained().get(row));
            }
        }
        for (int unit : parts.units()) {
            varint(out, unit);
        }
        out.writeInt((int) checksum.getValue());
        out.flush();
    }

    private static void varint(DataOutputStream out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static void longs(DataOutputStream out, long[] values) throws IOException {
        varint(out, values.length);
        for (long value : values) {
            varint(out, value);
        }
    }

    private static void ints(DataOutputStream out, int[] values) throws IOException {
        longs(out, Arrays.stream(values).asLongStream().toArray());
    }

    private static byte[] bits(boolean[] flags) {
        byte[] bytes = new byte[bytesOf(flags.length)];
        for (int i = 0; i < flags.length; i++) {
            bytes[i / 8] |= (byte) (flags[i] ? 1 << (i % 8) : 0);
        }
        return bytes;
    }

    private static int bytesOf(int bits) {
        return bits / 8 + (bits % 8 == 0 ? 0 : 1);
    }

    private static void floats(DataOutputStream out, float[] values, boolean[] trained) throws IOException {
        boolean trainedOnly = true;
        for (int i = 0; i < values.length; i++) {
            trainedOnly &= trained[i] || Float.floatToRawIntBits(values[i]) == 0;
        }
        out.writeByte(trainedOnly ? TRAINED_TOKENS : EVERY_TOKEN);
        for (int i = 0; i < values.length; i++) {
            if (!trainedOnly || trained[i]) {
                out.writeInt(Float.floatToRawIntBits(values[i]));
            }
        }
    }

    /**
     * Reads a batch. Takes memory in proportion to the bytes that have come, whatever they claim.
     *
     * @param source what {@link #write} wrote; stays open, and nothing behind the batch is read. Better buffered
     * @return the batch, columns in the order of their names
     * @throws IOException if reading fails, or the bytes are cut off, damaged or of another kind
     */
    public static TrainingBatch read(InputStream source) throws IOException {
        CRC32 checksum = new CRC32();
        DataInputStream in = new DataInputStream(new CheckedInputStream(source, checksum));
        try {
            require(in.readInt() == MAGIC, "it is no batch of this version");
            TrainingBatch parts = readParts(in);
            int expected = (int) checksum.getValue();
            require(in.readInt() == expected, "its checksum is wrong");
            return parts;
        } catch (EOFException | UTFDataFormatException | InvalidInputException e) {
            throw new IOException("Encoded batch is cut off or damaged; restore an intact checkpoint", e);
        }
    }

    private static TrainingBatch readParts(DataInputStream in) throws IOException {
        int rows = integer(in);
        require(rows >= 0, "it has " + rows + " rows");
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> trained = new ArrayList<>();
        List<int[]> turnStarts = new ArrayList<>();
        List<int[]> supportSizes = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            long[] tokens = longs(in, integer(in));
            ids.add(tokens);
            trained.add(flags(in, tokens.length));
            turnStarts.add(ints(in, integer(in)));
            supportSizes.add(ints(in, tokens.length));
        }
        int count = integer(in);
        require(count >= 0 && count <= MOST_COLUMNS, "it has " + count + " columns");
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            TokenColumn column = new TokenColumn(in.readUTF());
            require(!columns.containsKey(column), "column '" + column.name() + "' is there twice");
            float[][] values = new float[rows][];
            for (int row = 0; row < rows; row++) {
                values[row] = floats(in, trained.get(row));
            }
            columns.put(column, values);
        }
        return new TrainingBatch(ids, trained, turnStarts, supportSizes, columns, ints(in, rows));
    }

    private static long varint(DataInputStream in) throws IOException {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7FL) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw damaged("a number has no end");
    }

    private static int integer(DataInputStream in) throws IOException {
        long value = varint(in);
        require(value == (int) value, "a number is beyond 32 bits");
        return (int) value;
    }

    /** Grows with what comes: the count may be a lie. */
    private static long[] longs(DataInputStream in, int count) throws IOException {
        require(count >= 0, "it has " + count + " numbers in a row");
        long[] values = new long[Math.min(count, FIRST_SIZE)];
        for (int i = 0; i < count; i++) {
            if (i == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(count, 2L * values.length));
            }
            values[i] = varint(in);
        }
        return values;
    }

    private static int[] ints(DataInputStream in, int count) throws IOException {
        long[] values = longs(in, count);
        int[] narrow = new int[count];
        for (int i = 0; i < count; i++) {
            require(values[i] == (int) values[i], "a number is beyond 32 bits");
            narrow[i] = (int) values[i];
        }
        return narrow;
    }

    private static boolean[] flags(DataInputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(bytesOf(count));
        require(bytes.length == bytesOf(count), "it ends inside the trained tokens of a row");
        boolean[] flags = new boolean[count];
        for (int i = 0; i < count; i++) {
            flags[i] = (bytes[i / 8] >> (i % 8) & 1) == 1;
        }
        return flags;
    }

    private static float[] floats(DataInputStream in, boolean[] trained) throws IOException {
        int how = in.readUnsignedByte();
        require(how == EVERY_TOKEN || how == TRAINED_TOKENS, "a row of a column is written in way " + how);
        float[] values = new float[trained.length];
        for (int i = 0; i < values.length; i++) {
            if (how == EVERY_TOKEN || trained[i]) {
                values[i] = Float.intBitsToFloat(in.readInt());
            }
        }
        return values;
    }

    private static void require(boolean condition, String problem) throws IOException {
        if (!condition) {
            throw damaged(problem);
        }
    }

    private static IOException damaged(String problem) {
        return new IOException("Encoded batch is damaged: " + problem + "; restore an intact checkpoint");
    }
}
