package org.rft4j.engine.testing;

import java.util.function.ToDoubleFunction;
import org.rft4j.engine.random.KeyedRandom;
import org.slf4j.LoggerFactory;

/** Seeded numbers, sums and numeric derivatives. */
public final class Numbers {
    /** The seed of every random test: {@code -Dtests.seed=...} chooses another. */
    public static final long SEED = Long.getLong("tests.seed", 20_240_517);

    /** Wide enough against float64's rounding, narrow enough against curvature: errors near 1e-10. */
    private static final double STEP = 1e-5;

    static {
        LoggerFactory.getLogger(Numbers.class).info("random tests use -Dtests.seed={}", SEED);
    }

    private Numbers() {}

    /**
     * The stream of a test.
     *
     * @param purpose the test
     * @param round which repetition
     * @return its stream
     */
    public static KeyedRandom random(String purpose, long round) {
        return KeyedRandom.ofSeed(SEED).derive(purpose).derive(round);
    }

    /**
     * A whole number.
     *
     * @param random the stream
     * @param index which draw
     * @param from the smallest
     * @param to the largest
     * @return one of them
     */
    public static int between(KeyedRandom random, long index, int from, int to) {
        return from + (int) Math.floor(random.uniform(index) * (to - from + 1));
    }

    /**
     * Normal deviates that fp32 represents exactly.
     *
     * @param random the stream
     * @param count how many
     * @param scale their standard deviation
     * @return the numbers
     */
    public static double[] normal(KeyedRandom random, int count, double scale) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (scale * random.gaussian(i));
        }
        return values;
    }

    /**
     * A scalar product.
     *
     * @param a numbers
     * @param b as many numbers
     * @return their product
     */
    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * A step along a direction.
     *
     * @param from where to start
     * @param direction where to go
     * @param width how far
     * @return the new point
     */
    public static double[] moved(double[] from, double[] direction, double width) {
        double[] to = from.clone();
        for (int i = 0; i < to.length; i++) {
            to[i] += width * direction[i];
        }
        return to;
    }

    /**
     * The gradient of a float64 function by central differences.
     *
     * @param f the function
     * @param x where
     * @return one partial derivative per coordinate
     */
    public static double[] gradient(ToDoubleFunction<double[]> f, double[] x) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double[] up = x.clone();
            double[] down = x.clone();
            up[i] += STEP;
            down[i] -= STEP;
            result[i] = (f.applyAsDouble(up) - f.applyAsDouble(down)) / (up[i] - down[i]);
        }
        return result;
    }
}
