package org.rft4j.core.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.rft4j.engine.random.KeyedRandom;

/** Damages files: flipped and interesting bytes, cuts, growth, moved and foreign pieces, wrong lengths. */
final class Mutations {
    private static final long[] INTERESTING = {
        -1,
        0,
        1,
        2,
        7,
        8,
        31,
        255,
        256,
        65_535,
        1 << 20,
        Integer.MAX_VALUE,
        1L << 32,
        1L << 61,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final List<byte[]> originals;
    private final List<String> words;

    /**
     * Takes the files to damage.
     *
     * @param originals intact files
     * @param words texts to put over others
     */
    Mutations(List<byte[]> originals, List<String> words) {
        this.originals = originals;
        this.words = words;
    }

    byte[] damaged(KeyedRandom random) {
        Draws draws = new Draws(random);
        byte[] file = originals.get(draws.below(originals.size())).clone();
        int changes = 1 + draws.below(3);
        for (int i = 0; i < changes && file.length > 0; i++) {
            file = change(file, draws);
        }
        return file;
    }

    private byte[] change(byte[] file, Draws draws) {
        int at = draws.below(draws.below(2) == 0 ? file.length : Math.min(file.length, 1200)); // half in the header
        return switch (draws.below(9)) {
            case 0 -> flipped(file, at, draws);
            case 1 -> Arrays.copyOf(file, at);
            case 2 -> Arrays.copyOf(file, file.length + 1 + draws.below(64));
            case 3 -> with(file, at, number(draws.of(INTERESTING), 8));
            case 4 -> with(file, at, number(draws.of(INTERESTING), 4));
            case 5 -> with(file, 0, number(file[0] + draws.below(9) - 4L, 8));
            case 6 ->
                with(file, at, words.get(draws.below(words.size())).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case 7 -> moved(file, file, at, draws);
            default -> moved(file, originals.get(draws.below(originals.size())), at, draws);
        };
    }

    private static byte[] flipped(byte[] file, int at, Draws draws) {
        file[at] ^= (byte) (1 << draws.below(8));
        return file;
    }

    private static byte[] moved(byte[] file, byte[] source, int at, Draws draws) {
        int from = draws.below(source.length);
        return with(file, at, Arrays.copyOfRange(source, from, Math.min(source.length, from + 1 + draws.below(80))));
    }

    private static byte[] with(byte[] file, int at, byte[] piece) {
        System.arraycopy(piece, 0, file, at, Math.min(piece.length, file.length - at));
        return file;
    }

    private static byte[] number(long value, int bytes) {
        return Arrays.copyOf(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array(),
                bytes);
    }

    /** One draw after the other of a stream. */
    private static final class Draws {
        private final KeyedRandom random;
        private long next;

        Draws(KeyedRandom random) {
            this.random = random;
        }

        int below(int bound) {
            return (int) (random.uniform(next++) * bound);
        }

        long of(long[] values) {
            return values[below(values.length)];
        }
    }
}
