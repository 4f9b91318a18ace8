package org.rft4j.benchmarks.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.benchmarks.ResidentMemory;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/**
 * This side of {@link ExampleComparison}, driven line by line over standard input, as {@code example_worker.py} is, and with the same
 * arguments. The trainer's own loop runs: between steps it waits here for the next command.
 */
final class ExampleWorker implements RunListener {
    private final TensorEngine engine;
    private final Path checkpoint;
    private final Path data;
    private final ExampleSettings settings;
    private final BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private @Nullable ExampleRun run;
    private long start;

    private ExampleWorker(TensorEngine engine, Path checkpoint, Path data, ExampleSettings settings) {
        this.engine = engine;
        this.checkpoint = checkpoint;
        this.data = data;
        this.settings = settings;
    }

    /**
     * Answers commands until the input ends.
     *
     * @param args checkpoint, data, threads, settings
     * @throws IOException if the input breaks
     */
    public static void main(String[] args) throws IOException {
        EngineOptions options = EngineOptions.onCpu().withThreads(Integer.parseInt(args[2]));
        try (TensorEngine engine = TensorEngine.start(options)) {
            ExampleWorker worker =
                    new ExampleWorker(engine, Path.of(args[0]), Path.of(args[1]), ExampleSettings.ofJson(args[3]));
            if (worker.waitForStep()) {
                try (ExampleRun run = worker.run()) {
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
        run = new ExampleRun(engine, checkpoint, data, settings, this);
        return Double.toString((System.nanoTime() - begin) * 1e-9);
    }

    private ExampleRun run() {
        return Objects.requireNonNull(run, "load first");
    }

    @Override
    public void stepped(StepReport step) {
        double seconds = (System.nanoTime() - start) * 1e-9;
        System.out.println(seconds + " " + step.metrics().get("loss") + " "
                + step.metrics().get("grad_norm"));
        try {
            if (!waitForStep()) {
                run().trainer().stop();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
