package org.rft4j.benchmarks.grpo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.rft4j.benchmarks.Contender;

/** A contender of {@link GrpoComparison} and what its steps took. */
final class GrpoSide implements AutoCloseable {
    /**
     * What a step took, as a contender answers.
     *
     * @param seconds of the whole step
     * @param generation seconds of it, prompts included
     * @param reward seconds
     * @param scoring seconds of log-probs without gradients, before the update
     * @param update seconds of passes forward and back and of the optimiser
     * @param counts of what was written
     */
    record Step(double seconds, double generation, double reward, double scoring, double update, Counts counts) {
        static Step of(double[] a) {
            return new Step(a[0], a[1], a[2], a[3], a[4], new Counts(a[5], a[6], a[7], a[8]));
        }
    }

    /**
     * What was written in a step.
     *
     * @param promptTokens counted once for each completion
     * @param newTokens that were written
     * @param completions how many
     * @param meanReward of them
     */
    record Counts(double promptTokens, double newTokens, double completions, double meanReward) {}

    private final String name;
    private final Contender contender;
    private final List<Step> steps = new ArrayList<>();
    private final double empty;
    private final double loaded;

    /** Starts, loads and counts memory from there. */
    GrpoSide(String name, Contender contender) throws IOException {
        this.name = name;
        this.contender = contender;
        empty = contender.ask("rss")[0];
        contender.ask("load");
        loaded = contender.ask("rss")[0];
        contender.ask("reset");
    }

    String name() {
        return name;
    }

    /** Takes a step. */
    Step step(boolean counts) throws IOException {
        Step step = Step.of(contender.ask("step"));
        if (counts) {
            steps.add(step);
        }
        return step;
    }

    double[] seconds() {
        return steps.stream().mapToDouble(Step::seconds).toArray();
    }

    /** What the steps took: medians in seconds, memory in bytes. */
    Map<String, Object> summary() throws IOException {
        double peak = contender.ask("peak")[0];
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("seconds", median(Step::seconds));
        row.put("generation", median(Step::generation));
        row.put("reward", median(Step::reward));
        row.put("scoring", median(Step::scoring));
        row.put("update", median(Step::update));
        row.put("tokensPerSecond", median(step -> step.counts().newTokens() / step.seconds()));
        row.put(
                "meanLength",
                median(step -> step.counts().newTokens() / step.counts().completions()));
        row.put("meanReward", median(step -> step.counts().meanReward()));
        row.put("peak", peak);
        row.put("peakAboveEmptyProcess", peak - empty);
        row.put("peakAboveLoaded", peak - loaded);
        row.put("secondsOfSteps", seconds());
        return row;
    }

    private double median(ToDoubleFunction<Step> part) {
        return median(steps.stream().mapToDouble(part).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    @Override
    public void close() throws IOException {
        contender.close();
    }
}
