package org.rft4j.benchmarks.rewards;

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
import org.openjdk.jmh.annotations.Warmup;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.maths.MathsReward;
import org.rft4j.rewards.maths.MathsRewardOptions;

/** Scores completions of about 600 characters that end in a box, one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
public class MathsBenchmark {
    private static final String WORK = "We add the two numbers and get 12 + 30 = 42, then we go on. ".repeat(10);

    /** Expected answer and given answer, by what it takes to compare them. */
    @Param({
        "integer: 70000 | 70,000",
        "fraction: \\frac{35}{3} | 11\\frac{2}{3}",
        "surds: \\frac{2}{\\sqrt{3}-1} | \\sqrt{3}+1",
        "numeric: \\cos 36^\\circ | \\frac{1+\\sqrt5}{4}",
        "points: \\sin 2x | 2\\sin x\\cos x",
        "intervals: (-\\infty,1)\\cup(2,\\infty) | x<1 \\text{ or } x>2",
        "wrong: 12 | 13",
        "hostile: 10^{10^{10}} | 10^{10^{10}}+1"
    })
    public String pair = "";

    private final MathsReward reward = new MathsReward(MathsRewardOptions.DEFAULT);
    private RewardSample sample = RewardSample.of(TaskRecord.of("none", "?"), "");

    /** Created by JMH; the sample comes with {@link #prepare}. */
    public MathsBenchmark() {}

    /** Makes the sample. */
    @Setup
    public void prepare() {
        String[] answers = pair.substring(pair.indexOf(':') + 1).split(" \\| ");
        TaskRecord task = TaskRecord.of("task", "?").with("answer", answers[0]);
        sample = RewardSample.of(task, WORK + "So the answer is $\\boxed{" + answers[1] + "}$.");
    }

    /**
     * Scores it.
     *
     * @return the score
     */
    @Benchmark
    public Score score() {
        return reward.score(sample);
    }
}
