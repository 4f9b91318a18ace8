package org.rft4j.benchmarks.model;

import ai.djl.ndarray.NDArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.benchmarks.ResidentMemory;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;

/**
 * This side of {@link ModelComparison}, driven line by line over standard input, as {@code model_worker.py} is. Arguments:
 * folder, sequences, length, threads, {@link ActivationMemory}.
 */
final class ModelWorker {
    private static final double LEARNING_RATE = 1e-5;

    private final TensorEngine engine;
    private final Path folder;
    private final int sequences;
    private final int length;
    private final ActivationMemory memory;
    private @Nullable Decoder decoder;
    private @Nullable AdamW optimizer;

    private ModelWorker(TensorEngine engine, Path folder, int sequences, int length, ActivationMemory memory) {
        this.engine = engine;
        this.folder = folder;
        this.sequences = sequences;
        this.length = length;
        this.memory = memory;
    }

    /**
     * Answers commands until the input ends.
     *
     * @param args folder, sequences, length, threads, activation memory
     * @throws IOException if the input breaks
     */
    public static void main(String[] args) throws IOException {
        EngineOptions options = EngineOptions.onCpu().withThreads(Integer.parseInt(args[3]));
        try (TensorEngine engine = TensorEngine.start(options)) {
            ModelWorker worker = new ModelWorker(
                    engine,
                    Path.of(args[0]),
                    Integer.parseInt(args[1]),
                    Integer.parseInt(args[2]),
                    ActivationMemory.valueOf(args[4]));
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(worker.answer(line));
            }
        }
    }

    private String answer(String command) throws IOException {
        return switch (command) {
            case "load" -> load();
            case "forward" -> timed(this::forward);
            case "train" -> timed(this::train);
            case "rss" -> Long.toString(ResidentMemory.now());
            case "peak" -> Long.toString(ResidentMemory.peak());
            case "reset" -> {
                ResidentMemory.resetPeak();
                yield "0";
            }
            default -> throw new IllegalArgumentException(command);
        };
    }

    private String load() {
        long start = System.nanoTime();
        ModelWeights model = Checkpoints.load(folder, LoadOptions.DEFAULT, engine.manager());
        double seconds = (System.nanoTime() - start) * 1e-9;
        model.weights().values().forEach(weight -> weight.setRequiresGradient(true));
        decoder = Decoder.of(model.config(), model.weights());
        return Double.toString(seconds);
    }

    private double forward() {
        return run(ActivationMemory.KEEP_NOTHING);
    }

    private double train() {
        return run(memory);
    }

    private double run(ActivationMemory keep) {
        Decoder model = Objects.requireNonNull(decoder, "load first");
        try (NativeScope step = engine.openScope()) {
            long[][] ids = batch(model.config().vocabulary());
            long[][] next = new long[sequences][length];
            float[][] used = new float[sequences][length];
            for (int b = 0; b < sequences; b++) {
                System.arraycopy(ids[b], 1, next[b], 0, length - 1);
                java.util.Arrays.fill(used[b], 0, length - 1, 1);
            }
            NDArray mask = step.manager().create(used);
            double count = (double) sequences * (length - 1);
            DecoderPass pass = model.forward(DecoderInput.rightPadded(TokenIds.of(ids)), keep, step.manager());
            HeadInput input = new HeadInput(pass.hidden(), TokenIds.of(next).toArray(step.manager()), mask);
            ScoreOptions options = keep == ActivationMemory.KEEP_PRODUCTS
                    ? ScoreOptions.plain().withKeptLogits()
                    : ScoreOptions.plain();
            TokenScores scores = TokenScores.of(model.head(), input, options, step.manager());
            if (keep != ActivationMemory.KEEP_NOTHING) {
                pass.backward(scores.backward(mask.mul(-1 / count), null));
                optimizer(model).step(LEARNING_RATE);
            }
            return -scores.logProbs().sum().getFloat() / count;
        }
    }

    private AdamW optimizer(Decoder model) {
        AdamW made = optimizer == null ? new AdamW(model.trained(), AdamWOptions.DEFAULT, engine.manager()) : optimizer;
        optimizer = made;
        return made;
    }

    private long[][] batch(int vocabulary) {
        long[][] ids = new long[sequences][length];
        for (int b = 0; b < sequences; b++) {
            for (int t = 0; t < length; t++) {
                ids[b][t] = (b * 7919L + t * 104729L + 13L * b * t) % vocabulary;
            }
        }
        return ids;
    }

    private static String timed(java.util.function.DoubleSupplier work) {
        long start = System.nanoTime();
        double value = work.getAsDouble();
        return (System.nanoTime() - start) * 1e-9 + " " + value;
    }
}
