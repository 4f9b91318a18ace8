package org.rft4j.benchmarks.advantage;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.rft4j.algorithms.advantage.Gae;
import org.rft4j.algorithms.advantage.TokenAdvantages;
import org.rft4j.algorithms.advantage.TokenMask;
import org.rft4j.algorithms.advantage.TokenRewards;
import org.rft4j.algorithms.advantage.Whitening;

/** Whitening and GAE over [B, T]: plain loops, nd4j from and to Java arrays, nd4j on arrays it already owns. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class TokenBenchmark {
    private static final double EPSILON = 1e-8;
    private static final long SEED = 20261121;

    /** Rows x columns of the token grid. */
    @Param({"128x1024", "1024x4096"})
    public String size = "";

    private int rows;
    private int columns;
    private double[] values = {0};
    private double[] maskValues = {};
    private TokenMask mask = TokenMask.of(1, 1, (byte) 1);
    private TokenRewards rewards = TokenRewards.of(mask, 0);
    private TokenAdvantages raw = new TokenAdvantages(mask, values, values, 0);
    private INDArray resident = Nd4jAdvantages.copy(new double[1], 1, 1);
    private INDArray residentMask = resident;
    private INDArray timeFirst = resident;
    private INDArray timeFirstMask = resident;

    /** Created by JMH; the data come with {@link #draw}. */
    public TokenBenchmark() {}

    /**
     * Draws values for rows of random length with tool output (mask 0) in the middle, and checks that both ways agree.
     */
    @Setup
    public void draw() {
        String[] parts = size.split("x");
        rows = Integer.parseInt(parts[0]);
        columns = Integer.parseInt(parts[1]);
        Random random = new Random(SEED);
        values = random.doubles((long) rows * columns).toArray();
        byte[] bits = new byte[values.length];
        maskValues = new double[values.length];
        for (int row = 0; row < rows; row++) {
            int length = columns / 4 + random.nextInt(3 * columns / 4);
            for (int t = 0; t < length; t++) {
                boolean gap = t > length / 2 && t < length / 2 + columns / 16;
                bits[row * columns + t] = (byte) (gap ? 0 : 1);
                maskValues[row * columns + t] = gap ? 0 : 1;
            }
        }
        mask = TokenMask.of(rows, columns, bits);
        rewards = TokenRewards.ignoringMasked(mask, values);
        raw = new TokenAdvantages(mask, values, values, 0);
        resident = Nd4jAdvantages.copy(values, rows, columns);
        residentMask = Nd4jAdvantages.copy(maskValues, rows, columns);
        timeFirst = resident.transpose().dup('c');
        timeFirstMask = residentMask.transpose().dup('c');
        Nd4jAdvantages.requireSame(whiteningLoops().advantages(), whiteningNd4j());
        INDArray gae = gaeNd4jResident().transpose().dup('c');
        Nd4jAdvantages.requireSame(gaeLoops().advantages(), Nd4jAdvantages.copy(gae));
    }

    /**
     * The production path of whitening.
     *
     * @return whitened advantages
     */
    @Benchmark
    public TokenAdvantages whiteningLoops() {
        return Whitening.apply(raw, Whitening.Options.DEFAULT);
    }

    /**
     * Whitening on nd4j, from Java arrays to a Java array.
     *
     * @return whitened advantages
     */
    @Benchmark
    public double[] whiteningNd4j() {
        INDArray input = Nd4jAdvantages.copy(values, rows, columns);
        INDArray bits = Nd4jAdvantages.copy(maskValues, rows, columns);
        return Nd4jAdvantages.copy(Nd4jAdvantages.whiten(input, bits, EPSILON));
    }

    /**
     * Whitening on arrays that nd4j already owns.
     *
     * @return whitened advantages
     */
    @Benchmark
    public INDArray whiteningNd4jResident() {
        return Nd4jAdvantages.whiten(resident, residentMask, EPSILON);
    }

    /**
     * The production path of GAE.
     *
     * @return advantages and returns
     */
    @Benchmark
    public TokenAdvantages gaeLoops() {
        return Gae.compute(rewards, values, Gae.Options.DEFAULT);
    }

    /**
     * GAE on arrays that nd4j already owns, time first: nd4j's best case.
     *
     * @return advantages
     */
    @Benchmark
    public INDArray gaeNd4jResident() {
        return Nd4jAdvantages.gae(timeFirst, timeFirst, timeFirstMask, 1, 0.95);
    }
}
