package org.rft4j.core.data.stream;

import org.rft4j.engine.random.KeyedRandom;

/**
 * An order of the numbers below a size that is computed, not stored: a Feistel network over the next even number of bits, applied
 * again while its result is out of range.
 */
final class Permutation {
    private static final int ROUNDS = 8;

    private final KeyedRandom[] rounds = new KeyedRandom[ROUNDS];
    private final int size;
    private final int halfBits;
    private final int halfMask;

    Permutation(KeyedRandom random, int size) {
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = random.derive(i);
        }
        this.size = size;
        int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, size - 1));
        this.halfBits = (bits + 1) / 2;
        this.halfMask = (1 << halfBits) - 1;
    }

    int at(int index) {
        long value = index;
        do {
            value = shuffled(value);
        } while (value >= size);
        return (int) value;
    }

    private long shuffled(long value) {
        int left = (int) (value >>> halfBits);
        int right = (int) value & halfMask;
        for (KeyedRandom round : rounds) {
            int next = left ^ ((int) round.bits(right) & halfMask);
            left = right;
            right = next;
        }
        return (long) left << halfBits | right;
    }
}
