package org.rft4j.benchmarks.head;

import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/**
 * The head, forward and backward, chunked (by chunk size) and plain. Forks cannot alternate as {@link HeadComparison} does;
 * this is for looking into one side, with a profiler attached for instance.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class HeadBenchmark {
    @Param("1024")
    int tokens;

    @Param("512")
    int width;

    @Param({"32000", "151936"})
    int vocabulary;

    @Param({"48", "96", "192", "384"})
    int chunkMegabytes;

    private TensorEngine engine;
    private HeadContenders contenders;

    /** Called by JMH, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public HeadBenchmark() {}

    /** Makes the arrays. */
    @Setup
    public void open() {
        engine = TensorEngine.start(
                EngineOptions.onCpu().withThreads(Runtime.getRuntime().availableProcessors()));
        contenders = new HeadContenders(engine, tokens, width, vocabulary);
    }

    /** Frees them. */
    @TearDown
    public void close() {
        contenders.close();
        engine.close();
    }

    /**
     * The chunked kernel.
     *
     * @return the sum of the log-probs
     */
    @Benchmark
    public double chunked() {
        return contenders.chunked((long) chunkMegabytes << 20);
    }

    /**
     * Full logits and autograd.
     *
     * @return the sum of the log-probs
     */
    @Benchmark
    public double plain() {
        return contenders.plain();
    }
}
