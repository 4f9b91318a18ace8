package org.rft4j.core.checkpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns one block of a quantised tensor into floats, in the order of operations of ggml's reference, so that the floats are
 * the same to the last bit.
 */
@FunctionalInterface
interface BlockDecoder {
    /**
     * Decodes a block.
     *
     * @param bytes holds the block
     * @param at its first byte
     * @param target receives its numbers
     * @param to where the first one goes
     */
    void decode(byte[] bytes, int at, float[] target, int to);

    static Optional<BlockDecoder> of(StoredType type) {
        return Optional.ofNullable(Blocks.DECODERS.get(type));
    }

    static Set<StoredType> types() {
        return Blocks.DECODERS.keySet();
    }

    /** The decoders. {@code d} is a block's scale, {@code m} an offset, as in ggml. */
    final class Blocks {
        static final Map<StoredType, BlockDecoder> DECODERS = new EnumMap<>(Map.of(
                StoredType.Q4_0, Blocks::q4,
                StoredType.Q8_0, Blocks::q8,
                StoredType.Q4_K, Blocks::q4k,
                StoredType.Q6_K, Blocks::q6k));

        private static final VarHandle SHORT =
                MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

        private Blocks() {}

        /** d, then 16 bytes: number i in the low half of byte i, number i + 16 in the high half. */
        private static void q4(byte[] bytes, int at, float[] target, int to) {
            float d = half(bytes, at);
            for (int i = 0; i < 16; i++) {
                int pair = bytes[at + 2 + i];
                target[to + i] = ((pair & 0xF) - 8) * d;
                target[to + 16 + i] = ((pair >> 4 & 0xF) - 8) * d;
            }
        }

        private static void q8(byte[] bytes, int at, float[] target, int to) {
            float d = half(bytes, at);
            for (int i = 0; i < 32; i++) {
                target[to + i] = bytes[at + 2 + i] * d;
            }
        }

        /** d, m, 12 bytes of 6-bit scales and offsets, then 4 times 32 bytes: low halves of 32 numbers, high of the next. */
        private static void q4k(byte[] bytes, int at, float[] target, int to) {
            float d = half(bytes, at);
            float m = half(bytes, at + 2);
            int scales = at + 4;
            int numbers = at + 16;
            for (int group = 0; group < 8; group++) {
                float scale = d * scaleOf(bytes, scales, group);
                float offset = m * offsetOf(bytes, scales, group);
                int from = numbers + group / 2 * 32;
                int shift = group % 2 * 4;
                int start = to + group * 32;
                for (int i = 0; i < 32; i++) {
                    target[start + i] = scale * (bytes[from + i] >> shift & 0xF) - offset;
                }
            }
        }

        /** The first four are in bytes 0 to 3; the others' low halves in bytes 8 to 11, high bits above the first four. */
        private static int scaleOf(byte[] bytes, int at, int group) {
            return group < 4
                    ? bytes[at + group] & 63
                    : (bytes[at + group + 4] & 0xF) | (bytes[at + group - 4] & 0xFF) >> 6 << 4;
        }

        private static int offsetOf(byte[] bytes, int at, int group) {
            return group < 4
                    ? bytes[at + group + 4] & 63
                    : (bytes[at + group + 4] & 0xFF) >> 4 | (bytes[at + group] & 0xFF) >> 6 << 4;
        }

        /** 128 bytes of low halves, 64 bytes of upper pairs, 16 scales, d; two halves of 128 numbers. */
        private static void q6k(byte[] bytes, int at, float[] target, int to) {
            float d = half(bytes, at + 208);
            for (int half = 0; half < 2; half++) {
                int low = at + half * 64;
                int high = at + 128 + half * 32;
                int scales = at + 192 + half * 8;
                for (int quarter = 0; quarter < 4; quarter++) {
                    int lowAt = low + quarter % 2 * 32;
                    int lowShift = quarter / 2 * 4;
                    int start = to + half * 128 + quarter * 32;
                    for (int i = 0; i < 32; i++) {
                        int lower = (bytes[lowAt + i] >> lowShift) & 0xF;
                        int upper = (bytes[high + i] >> (quarter * 2)) & 3;
                        float scale = d * bytes[scales + quarter * 2 + i / 16];
                        target[start + i] = scale * ((upper << 4) + lower - 32);
                    }
                }
            }
        }

        /** IEEE half precision to float; every half is a float. */
        static float half(byte[] bytes, int at) {
            int bits = (short) SHORT.get(bytes, at);
            int sign = (bits & 0x8000) << 16;
            int exponent = bits >> 10 & 0x1F;
            int fraction = bits & 0x3FF;
            if (exponent == 0) {
                float subnormal = fraction * 0x1p-24f;
                return sign == 0 ? subnormal : -subnormal;
            }
            int widened = exponent == 0x1F ? 0xFF : exponent + 112;
            return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
        }
    }
}
