package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** Batches there and back, and bytes that are none. */
class BatchCodecTest {
    private static final int ROUNDS = 200;

    /** One row of two tokens, the second trained, with an advantage of 1.5. */
    private static final TrainingBatch SMALL = new TrainingBatch(
            List.of(new long[] {300, 5}),
            List.of(new boolean[] {false, true}),
            List.of(new int[] {1}),
            List.of(new int[] {0, 40}),
            Map.of(TokenColumn.ADVANTAGE, new float[][] {{0, 1.5f}}),
            new int[] {7});

    @Test
    void everyBatchComesBackBitForBitAndGivesTheSameBytes() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            TrainingBatch batch = drawn(KeyedRandom.ofSeed(3).derive("batch").derive(round));
            byte[] bytes = write(batch);
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            TrainingBatch read = BatchCodec.read(in);
            assertThat(in.available()).isZero();
            assertSame(read, batch);
            assertThat(write(read)).isEqualTo(bytes);
        }
    }

    @Test
    void theFormatIsWhatItWas() throws IOException {
        assertThat(write(SMALL))
                .startsWith(0x72, 0x66, 0x62, 0x01, 1, 2, 0xAC, 0x02, 5, 0b10, 1, 1, 0, 40, 1, 0, 9)
                .containsSubsequence('a', 'd', 'v', 'a', 'n', 't', 'a', 'g', 'e', 1, 0x3F, 0xC0, 0, 0, 7)
                .hasSize(36);
    }

    @Test
    void theOrderInWhichColumnsWereComputedDoesNotMatter() throws IOException {
        Map<TokenColumn, float[][]> one = new LinkedHashMap<>();
        one.put(TokenColumn.ADVANTAGE, new float[][] {{1}});
        one.put(TokenColumn.RETURN, new float[][] {{2}});
        Map<TokenColumn, float[][]> other = new LinkedHashMap<>();
        other.put(TokenColumn.RETURN, new float[][] {{2}});
        other.put(TokenColumn.ADVANTAGE, new float[][] {{1}});
        assertThat(write(ofOneToken(one))).isEqualTo(write(ofOneToken(other)));
    }

    @Test
    void whateverIsCutOffOrChangedIsRefused() throws IOException {
        byte[] bytes = write(drawn(KeyedRandom.ofSeed(3).derive("damage")));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Encoded batch is")
                    .hasMessageEndingWith("; restore an intact checkpoint");
        }
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThatThrownBy(() -> read(changed))
                        .as("bit %d of byte %d", bit, i)
                        .isInstanceOf(IOException.class)
                        .hasMessageEndingWith("; restore an intact checkpoint");
            }
        }
    }

    /** Two gigabytes are claimed and not there: the test's heap would not hold them several times. */
    @Test
    void countsThatAreLiesTakeNoMemory() {
        byte[] huge = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07};
        String damaged = "Encoded batch is damaged: ";
        assertThatThrownBy(() -> read(joined(magic(), huge)))
                .hasMessageStartingWith("Encoded batch is cut off or damaged");
        assertThatThrownBy(() -> read(joined(magic(), new byte[] {1}, huge)))
                .hasMessageStartingWith("Encoded batch is cut off or damaged");
        assertThatThrownBy(() -> read(joined(magic(), new byte[] {0}, huge)))
                .hasMessageStartingWith(damaged + "it has 2147483647 columns");
        assertThatThrownBy(() -> read(joined(magic(), huge, huge)))
                .hasMessageStartingWith("Encoded batch is cut off or damaged");
        byte[] beyond = {-1, -1, -1, -1, 0x1F};
        assertThatThrownBy(() -> read(joined(magic(), beyond)))
                .hasMessageStartingWith(damaged + "a number is beyond 32 bits");
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) -1);
        assertThatThrownBy(() -> read(joined(magic(), endless)))
                .hasMessageStartingWith(damaged + "a number has no end");
        assertThatThrownBy(() -> read(new byte[] {'P', 'K', 3, 4})).hasMessageStartingWith(damaged + "it is no batch");
    }

    @Test
    void partsThatDoNotBelongTogetherAreRefused() {
        assertThatThrownBy(() -> new TrainingBatch(
                        List.of(new long[2]),
                        List.of(new boolean[2]),
                        List.of(new int[1]),
                        List.of(new int[2]),
                        Map.of(TokenColumn.RETURN, new float[][] {{1}}),
                        new int[1]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "length of row 0 of column 'return' was 1, must be that of its sequence, 2; give one number per token");
        assertThatThrownBy(() -> new TrainingBatch(
                        List.of(new long[2]),
                        List.of(new boolean[2]),
                        List.of(new int[1]),
                        List.of(new int[2]),
                        Map.of(),
                        new int[2]))
                .hasMessageStartingWith(
                        "rows of masks, turns, support sizes and units was 1, 1, 1 and 2, must all be the"
                                + " number of sequences 1");
        Map<TokenColumn, float[][]> many = new LinkedHashMap<>();
        for (int i = 0; i < 65; i++) {
            many.put(new TokenColumn("c" + i), new float[][] {{0}});
        }
        assertThatThrownBy(() -> write(ofOneToken(many)))
                .hasMessageContaining("number of columns was 65, must be at most 64");
    }

    private static TrainingBatch ofOneToken(Map<TokenColumn, float[][]> columns) {
        return new TrainingBatch(
                List.of(new long[1]),
                List.of(new boolean[] {true}),
                List.of(new int[0]),
                List.of(new int[1]),
                columns,
                new int[1]);
    }

    /** Any numbers of any bits, none too many, also rows and batches without anything. */
    private static TrainingBatch drawn(KeyedRandom random) {
        int rows = (int) (random.uniform(0) * 5);
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> trained = new ArrayList<>();
        List<int[]> turnStarts = new ArrayList<>();
        List<int[]> supportSizes = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            KeyedRandom ofRow = random.derive("row").derive(row);
            int length = (int) (ofRow.uniform(0) * 20);
            long[] tokens = new long[length];
            boolean[] flags = new boolean[length];
            int[] sizes = new int[length];
            for (int i = 0; i < length; i++) {
                tokens[i] = ofRow.bits(10 + i) >>> (ofRow.bits(100 + i) & 63);
                flags[i] = ofRow.uniform(200 + i) < 0.5;
                sizes[i] = (int) ofRow.bits(300 + i) >> (ofRow.bits(400 + i) & 31);
            }
            ids.add(tokens);
            trained.add(flags);
            turnStarts.add(new int[] {(int) ofRow.bits(1), row});
            supportSizes.add(sizes);
        }
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
        for (int c = 0; c < random.uniform(1) * 4; c++) {
            columns.put(
                    new TokenColumn("säule " + c),
                    column(random.derive("column").derive(c), trained, c % 2 == 0));
        }
        int[] units = new int[rows];
        Arrays.setAll(units, row -> (int) random.bits(2 + row));
        return new TrainingBatch(ids, trained, turnStarts, supportSizes, columns, units);
    }

    private static float[][] column(KeyedRandom random, List<boolean[]> trained, boolean everywhere) {
        float[][] column = new float[trained.size()][];
        for (int row = 0; row < column.length; row++) {
            column[row] = new float[trained.get(row).length];
            for (int i = 0; i < column[row].length; i++) {
                if (everywhere || trained.get(row)[i]) {
                    column[row][i] = Float.intBitsToFloat((int) random.bits(1000L * row + i));
                }
            }
        }
        return column;
    }

    private static void assertSame(TrainingBatch actual, TrainingBatch expected) {
        assertThat(actual.ids()).usingElementComparator(Arrays::compare).isEqualTo(expected.ids());
        assertThat(actual.trained()).usingElementComparator(Arrays::compare).isEqualTo(expected.trained());
        assertThat(actual.turnStarts()).usingElementComparator(Arrays::compare).isEqualTo(expected.turnStarts());
        assertThat(actual.supportSizes())
                .usingElementComparator(Arrays::compare)
                .isEqualTo(expected.supportSizes());
        assertThat(actual.units()).isEqualTo(expected.units());
        assertThat(actual.columns().keySet()).isEqualTo(expected.columns().keySet());
        expected.columns().forEach((column, rows) -> {
            float[][] found = actual.columns().get(column);
            for (int row = 0; row < rows.length; row++) {
                assertThat(bits(found[row])).isEqualTo(bits(rows[row]));
            }
        });
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    private static byte[] magic() {
        return new byte[] {0x72, 0x66, 0x62, 0x01};
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] write(TrainingBatch parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BatchCodec.write(out, parts);
        return out.toByteArray();
    }

    private static TrainingBatch read(byte[] bytes) throws IOException {
        return BatchCodec.read(new ByteArrayInputStream(bytes));
    }
}
