package org.rft4j.benchmarks.grpo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.rft4j.benchmarks.ResidentMemory;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/**
 * This side of {@link GrpoComparison}, driven line by line over standard input, as {@code grpo_worker.py} is, and with the same arguments.
 * The trainer's own loop runs: between steps it waits here for the next command.
 */
final class GrpoWorker implements RunListener {
    private final TensorEngine engine;
    private final Path checkpoint;
    private final Path prompts;
    private final GrpoSettings settings;
    private final BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private @Nullable GrpoRun run;
    private List<Completion> completions = List.of();
    private long start;

    private GrpoWorker(TensorEngine engine, Path checkpoint, Path prompts, GrpoSettings settings) {
        this.engine = engine;
        this.checkpoint = checkpoint;
        this.prompts = prompts;
        this.settings = settings;
    }

    /**
     * Answers commands until the input ends.
     *
     * @param args checkpoint, prompts, threads, settings
     * @throws IOException if the input breaks
     */
    public static void main(String[] args) throws IOException {
        EngineOptions options = EngineOptions.onCpu().withThreads(Integer.parseInt(args[2]));
        try (TensorEngine engine = TensorEngine.start(options)) {
            GrpoWorker worker =
                    new GrpoWorker(engine, Path.of(args[0]), Path.of(args[1]), GrpoSettings.ofJson(args[3]));
            if (worker.waitForStep()) {
                try (GrpoRun run = worker.run()) {
                    run.trainer().run();
                }
            }
        }
    }

    /** Answers other commands until a step is asked for; false if there are no more. */
    private boolean waitForStep() throws IOException {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.equals("step")) {
                start = System.nanoTime();
                return true;
            }
            System.out.println(answer(line));
        }
        return false;
    }

    private String answer(String command) throws IOException {
        return switch (command) {
            case "load" -> load();
            case "rss" -> Long.toString(ResidentMemory.now());
            case "peak" -> Long.toString(ResidentMemory.peak());
            case "reset" -> {
                ResidentMemory.resetPeak();
                yield "0";
            }
            default -> throw new IllegalArgumentException(command);
        };
    }

    private String load() throws IOException {
        long begin = System.nanoTime();
        run = new GrpoRun(engine, checkpoint, prompts, settings, this);
        return Double.toString((System.nanoTime() - begin) * 1e-9);
    }

    private GrpoRun run() {
        return Objects.requireNonNull(run, "load first");
    }

    @Override
    public void sampled(RoundReport round) {
        completions = round.completions();
    }

    @Override
    public void stepped(StepReport step) {
        double seconds = (System.nanoTime() - start) * 1e-9;
        System.out.println(line(seconds, step.timings()));
        try {
            if (!waitForStep()) {
                run().trainer().stop();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line(double seconds, Map<String, Double> timings) {
        StringJoiner line = new StringJoiner(" ").add(Double.toString(seconds));
        for (String part : List.of("time/sampling_s", "time/reward_s", "time/scoring_s", "time/update_s")) {
            line.add(Double.toString(number(timings, part)));
        }
        int newTokens = 0;
        double reward = 0;
        for (Completion completion : completions) {
            newTokens += completion.tokens();
            reward += completion.reward().orElse(Double.NaN);
        }
        long tokens = Math.round(number(timings, "speed/trained_tokens_per_s") * number(timings, "time/update_s"));
        return line.add(Long.toString(tokens - newTokens))
                .add(Integer.toString(newTokens))
                .add(Integer.toString(completions.size()))
                .add(Double.toString(reward / completions.size()))
                .toString();
    }

    private static double number(Map<String, Double> timings, String name) {
        return Objects.requireNonNull(timings.get(name), name);
    }
}
