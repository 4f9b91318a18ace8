package org.rft4j.core.policy;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.random.KeyedRandom;

/** Batches of random texts. */
final class Texts {
    static final int VOCABULARY = 40;
    private static final int FIRST_ID = 3;

    private Texts() {}

    /** Sequences of these lengths, scored at about two tokens of three. */
    static TokenBatch ofLengths(int... lengths) {
        KeyedRandom random = KeyedRandom.ofSeed(20_240_517).derive("texts");
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> scored = new ArrayList<>();
        for (int n = 0; n < lengths.length; n++) {
            KeyedRandom sequence = random.derive(n);
            long[] tokens = new long[lengths[n]];
            boolean[] mask = new boolean[lengths[n]];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = FIRST_ID + (long) (sequence.uniform(2L * t) * (VOCABULARY - FIRST_ID));
                mask[t] = t > 0 && sequence.uniform(2L * t + 1) < 2.0 / 3;
            }
            ids.add(tokens);
            scored.add(mask);
        }
        return TokenBatch.of(ids, scored);
    }

    /** All tokens but the first are scored. */
    static TokenBatch wholly(List<long[]> ids) {
        List<boolean[]> scored = new ArrayList<>();
        for (long[] sequence : ids) {
            boolean[] mask = new boolean[sequence.length];
            java.util.Arrays.fill(mask, 1, mask.length, true);
            scored.add(mask);
        }
        return TokenBatch.of(ids, scored);
    }

    /** Numbers between -1 and 1 for each token of a batch. */
    static float[] gradient(TokenBatch batch, String purpose) {
        KeyedRandom random = KeyedRandom.ofSeed(20_240_517).derive(purpose);
        float[] gradient = new float[batch.sequences() * batch.columns()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) (2 * random.uniform(i) - 1);
        }
        return gradient;
    }
}
