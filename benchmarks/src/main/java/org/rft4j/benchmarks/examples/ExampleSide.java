package org.rft4j.benchmarks.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.benchmarks.Contender;

/** A contender of {@link ExampleComparison} and what its steps took. */
final class ExampleSide implements AutoCloseable {
    /**
     * What a step took and told.
     *
     * @param seconds of the whole step
     * @param loss of its batch, under the weights before it
     * @param gradNorm before clipping
     */
    record Step(double seconds, double loss, double gradNorm) {}

    private final String name;
    private final Contender contender;
    private final List<Step> steps = new ArrayList<>();
    private final double empty;
    private final double loaded;

    /** Starts, loads and counts memory from there. */
    ExampleSide(String name, Contender contender) throws IOException {
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

    Step step(boolean counts) throws IOException {
        double[] answer = contender.ask("step");
        Step step = new Step(answer[0], answer[1], answer[2]);
        if (counts) {
            steps.add(step);
        }
        return step;
    }

    double[] seconds() {
        return steps.stream().mapToDouble(Step::seconds).toArray();
    }

    /** Medians in seconds, memory in bytes. */
    Map<String, Object> summary() throws IOException {
        double peak = contender.ask("peak")[0];
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("seconds", median(seconds()));
        row.put("peak", peak);
        row.put("peakAboveEmptyProcess", peak - empty);
        row.put("peakAboveLoaded", peak - loaded);
        row.put("steps", List.copyOf(steps));
        return row;
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
