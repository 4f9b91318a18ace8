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
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.Groups;
import org.rft4j.algorithms.advantage.LeaveOneOut;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.advantage.SampleAdvantages;
import org.rft4j.algorithms.advantage.SingletonRule;

/** Group statistics over [P, G]: plain loops, nd4j from and to Java arrays, nd4j on arrays it already owns. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class GroupBenchmark {
    private static final double EPSILON = 1e-4;
    private static final long SEED = 20261121;

    /** Groups x samples in a group. */
    @Param({"128x8", "1024x16", "8192x64"})
    public String size = "";

    private int groups;
    private int groupSize;
    private double[] values = {};
    private Rewards rewards = Rewards.of(0);
    private Groups structure = Groups.ofSize(1, 1);
    private INDArray resident = Nd4jAdvantages.copy(new double[1], 1, 1);

    /** Created by JMH; the data come with {@link #draw}. */
    public GroupBenchmark() {}

    /** Draws the rewards and checks that both ways agree. */
    @Setup
    public void draw() {
        String[] parts = size.split("x");
        groups = Integer.parseInt(parts[0]);
        groupSize = Integer.parseInt(parts[1]);
        values = new Random(SEED).doubles((long) groups * groupSize).toArray();
        rewards = Rewards.of(values);
        structure = Groups.ofSize(groups, groupSize);
        resident = Nd4jAdvantages.copy(values, groups, groupSize);
        Nd4jAdvantages.requireSame(groupRelativeLoops().values(), groupRelativeNd4j());
    }

    /**
     * The production path of GRPO, from a Java array.
     *
     * @return the advantages
     */
    @Benchmark
    public SampleAdvantages groupRelativeLoops() {
        return GroupRelative.compute(Rewards.of(values), structure, GroupRelative.Options.trl());
    }

    /**
     * The production path of RLOO, on validated rewards.
     *
     * @return the advantages
     */
    @Benchmark
    public SampleAdvantages leaveOneOutLoops() {
        return LeaveOneOut.compute(rewards, structure, SingletonRule.ZERO);
    }

    /**
     * GRPO on nd4j, from a Java array to a Java array.
     *
     * @return the advantages
     */
    @Benchmark
    public double[] groupRelativeNd4j() {
        INDArray input = Nd4jAdvantages.copy(values, groups, groupSize);
        return Nd4jAdvantages.copy(Nd4jAdvantages.groupRelative(input, EPSILON));
    }

    /**
     * GRPO on an array that nd4j already owns.
     *
     * @return the advantages
     */
    @Benchmark
    public INDArray groupRelativeNd4jResident() {
        return Nd4jAdvantages.groupRelative(resident, EPSILON);
    }
}
