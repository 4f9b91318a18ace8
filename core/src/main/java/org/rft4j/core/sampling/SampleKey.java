package org.rft4j.core.sampling;

import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Names one piece of text that a model writes. The numbers that it is drawn with are a function of the seed and this key, and of
 * nothing else.
 *
 * @param round which pass over the task this is, such as the step of training: another round draws other numbers
 * @param promptId the task
 * @param sample which of the samples of that task
 * @param turn which turn of an episode
 */
public record SampleKey(long round, String promptId, int sample, int turn) {
    /** Checks the numbers. */
    public SampleKey {
        Check.that(round >= 0, "round", round, "must be at least 0", "count steps from 0");
        Check.that(sample >= 0, "sample", sample, "must be at least 0", "number samples from 0");
        Check.that(turn >= 0, "turn", turn, "must be at least 0", "number turns from 0");
    }

    /**
     * The first turn of a sample of a prompt in round 0.
     *
     * @param promptId the task
     * @param sample which of its samples
     * @return the key
     */
    public static SampleKey of(String promptId, int sample) {
        return new SampleKey(0, promptId, sample, 0);
    }

    /**
     * Another turn of the same episode.
     *
     * @param other which turn
     * @return its key
     */
    public SampleKey atTurn(int other) {
        return new SampleKey(round, promptId, sample, other);
    }

    /**
     * The numbers that tokens are drawn with: number i belongs to the i-th new token.
     *
     * @param seed of the run
     * @return the stream of this key
     */
    public KeyedRandom random(long seed) {
        return KeyedRandom.ofSeed(seed)
                .derive("sample")
                .derive(round)
                .derive(promptId)
                .derive(sample)
                .derive(turn);
    }
}
