package org.rft4j.engine.random;

/**
 * A stream of random numbers that is named, not stepped: draw {@code i} of the stream keyed by a seed and a path
 * (purpose, step, prompt, sample, ...) is always the same number, whatever was drawn before, in whichever batch, thread
 * or machine. Resuming a run therefore needs no generator state.
 *
 * <p>Draws are the Philox 4x32-10 block function (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) of
 * the draw's index under a 64-bit key; the path is folded into the key by the finaliser of SplitMix64.
 */
public final class KeyedRandom {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final long PATH_GAMMA = 0xD1B54A32D192ED03L;
    /** Keeps names and numbers apart: the purpose "q" must not be the path (1, 113). */
    private static final long PURPOSE_TAG = 0x8CB92BA72F3D8DD7L;

    private static final double UNIT = 0x1.0p-53;

    private final long key;

    private KeyedRandom(long key) {
        this.key = key;
    }

    /**
     * The root stream of a seed.
     *
     * @param seed any number
     * @return the stream
     */
    public static KeyedRandom ofSeed(long seed) {
        return new KeyedRandom(mix(seed + GOLDEN_GAMMA));
    }

    /**
     * The stream of a purpose below this one.
     *
     * @param purpose what the draws are for, for example {@code "rollout"}
     * @return an independent stream
     */
    public KeyedRandom derive(String purpose) {
        KeyedRandom derived = new KeyedRandom(mix(key ^ PURPOSE_TAG)).derive(purpose.length());
        for (int i = 0; i < purpose.length(); i++) {
            derived = derived.derive(purpose.charAt(i));
        }
        return derived;
    }

    /**
     * The stream of a number (a step, a prompt, a sample) below this one.
     *
     * @param part the number
     * @return an independent stream
     */
    public KeyedRandom derive(long part) {
        return new KeyedRandom(mix(key + PATH_GAMMA + mix(part + GOLDEN_GAMMA)));
    }

    /**
     * One draw.
     *
     * @param index which one
     * @return 64 random bits
     */
    public long bits(long index) {
        int[] block = philox(new int[] {(int) index, (int) (index >>> 32), 0, 0}, (int) key, (int) (key >>> 32));
        return (block[1] & 0xFFFFFFFFL) << 32 | (block[0] & 0xFFFFFFFFL);
    }

    /**
     * One uniform draw.
     *
     * @param index which one
     * @return a multiple of 2^-53 in [0,1)
     */
    public double uniform(long index) {
        return (bits(index) >>> 11) * UNIT;
    }

    /**
     * Consecutive uniform draws.
     *
     * @param first the index of the first one
     * @param count how many
     * @return numbers in [0,1)
     */
    public double[] uniforms(long first, int count) {
        double[] draws = new double[count];
        for (int i = 0; i < count; i++) {
            draws[i] = uniform(first + i);
        }
        return draws;
    }

    /**
     * One draw from the standard normal distribution, by the Box-Muller transform of two words of one block.
     *
     * @param index which one
     * @return a normal deviate
     */
    public double gaussian(long index) {
        int[] block = philox(new int[] {(int) index, (int) (index >>> 32), 1, 0}, (int) key, (int) (key >>> 32));
        long radial = (block[1] & 0xFFFFFFFFL) << 32 | (block[0] & 0xFFFFFFFFL);
        long angular = (block[3] & 0xFFFFFFFFL) << 32 | (block[2] & 0xFFFFFFFFL);
        double positive = ((radial >>> 11) + 1) * UNIT; // in (0,1]: its logarithm is finite
        return StrictMath.sqrt(-2 * StrictMath.log(positive)) * StrictMath.cos(2 * Math.PI * (angular >>> 11) * UNIT);
    }

    /** The Philox 4x32-10 block function. */
    static int[] philox(int[] counter, int key0, int key1) {
        int c0 = counter[0];
        int c1 = counter[1];
        int c2 = counter[2];
        int c3 = counter[3];
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
            long product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
            c0 = (int) (product1 >>> 32) ^ c1 ^ (key0 + round * WEYL_0);
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ (key1 + round * WEYL_1);
            c3 = (int) product0;
        }
        return new int[] {c0, c1, c2, c3};
    }

    private static long mix(long z) {
        long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
        return second ^ (second >>> 31);
    }
}
