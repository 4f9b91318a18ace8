package org.rft4j.benchmarks.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rft4j.benchmarks.Contender;
import org.rft4j.benchmarks.Machine;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.random.KeyedRandom;

/**
 * rft4j beside PyTorch eager through transformers: the same checkpoint (made on the spot), batch, threads and machine, turn by
 * turn in one run, each in a process of its own. Writes {@code models.json}. Arguments: results folder, Python with the
 * packages of {@code benchmarks/src/main/python/requirements.txt}, and what to compare (default: everything).
 */
public final class ModelComparison {
    private static final int THREADS = 2;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 7;
    private static final int SEQUENCES = 8;
    private static final int LENGTH = 256;
    private static final Path WORKER = Path.of("src/main/python/model_worker.py");

    private final String python;
    private final Path checkpoints;

    private ModelComparison(String python, Path checkpoints) {
        this.python = python;
        this.checkpoints = checkpoints;
    }

    /**
     * Runs the comparison.
     *
     * @param args results folder, Python, names of models
     * @throws IOException if a process or a file fails
     */
    public static void main(String[] args) throws IOException {
        Path results = Path.of(args[0]);
        Path checkpoints = Files.createTempDirectory("rft4j-models");
        ModelComparison comparison = new ModelComparison(args[1], checkpoints);
        List<String> names = args.length > 2
                ? Arrays.asList(args).subList(2, args.length)
                : List.of("stories15M", "minimind2-small", "500M");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String name : names) {
            if (name.equals("500M")) {
                rows.add(comparison.compareLoading(name));
            } else {
                for (ActivationMemory memory :
                        List.of(ActivationMemory.KEEP_PRODUCTS, ActivationMemory.RECOMPUTE_LAYERS)) {
                    rows.add(comparison.compareSteps(name, memory));
                }
            }
        }
        Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
        result.put("sequences", SEQUENCES);
        result.put("length", LENGTH);
        result.put("rounds", ROUNDS);
        result.put("results", rows);
        Files.createDirectories(results);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(results.resolve("models.json").toFile(), result);
    }

    private static DecoderConfig config(String name) {
        return switch (name) {
            case "stories15M" -> FreshDecoder.ofStories15M();
            case "minimind2-small" ->
                DecoderConfig.builder()
                        .vocabulary(6400)
                        .width(512)
                        .layers(8)
                        .heads(8)
                        .keyValueHeads(2)
                        .inner(1408)
                        .contextLength(32_768)
                        .ropeTheta(1e6)
                        .build();
            case "500M" ->
                DecoderConfig.builder()
                        .vocabulary(151_936)
                        .width(896)
                        .layers(24)
                        .heads(14)
                        .keyValueHeads(2)
                        .inner(4864)
                        .contextLength(32_768)
                        .ropeTheta(1e6)
                        .build();
            default -> throw new IllegalArgumentException("model must be stories15M, minimind2-small or 500M: " + name);
        };
    }

    private Path checkpoint(String name) {
        Path folder = checkpoints.resolve(name);
        if (!Files.isDirectory(folder)) {
            try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(THREADS));
                    LanguageModel model =
                            LanguageModel.fresh(config(name), Tokenizers.bytes(), KeyedRandom.ofSeed(3), engine)) {
                model.save(folder, SaveOptions.DEFAULT);
            }
        }
        return folder;
    }

    private Map<String, Object> compareSteps(String name, ActivationMemory memory) throws IOException {
        try (Contender ours = ours(name, memory, SEQUENCES, LENGTH);
                Contender theirs = theirs(name, SEQUENCES, LENGTH)) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", name);
            row.put("memory", memory);
            long[] before = {(long) ours.ask("rss")[0], (long) theirs.ask("rss")[0]};
            ours.ask("load");
            theirs.ask("load");
            contest(row, "forward", ours, theirs, SEQUENCES * LENGTH);
            ours.ask("reset");
            theirs.ask("reset");
            contest(row, "train", ours, theirs, SEQUENCES * LENGTH);
            peaks(row, "train", before, ours, theirs);
            print(row);
            return row;
        }
    }

    /** transformers leaves weights in the mapped file until they are used, so memory is compared after a short forward pass. */
    private Map<String, Object> compareLoading(String name) throws IOException {
        checkpoint(name);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name + ", loading");
        double[] ourSeconds = new double[ROUNDS];
        double[] theirSeconds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            try (Contender ours = ours(name, ActivationMemory.KEEP_PRODUCTS, 1, 16);
                    Contender theirs = theirs(name, 1, 16)) {
                long[] before = {(long) ours.ask("rss")[0], (long) theirs.ask("rss")[0]};
                ourSeconds[round] = ours.ask("load")[0];
                theirSeconds[round] = theirs.ask("load")[0];
                peaks(row, "load", before, ours, theirs);
                ours.ask("forward");
                theirs.ask("forward");
                peaks(row, "loadAndForward", before, ours, theirs);
            }
        }
        row.put("loadSecondsOurs", median(ourSeconds));
        row.put("loadSecondsTheirs", median(theirSeconds));
        print(row);
        return row;
    }

    private static void contest(Map<String, Object> row, String command, Contender ours, Contender theirs, int tokens)
            throws IOException {
        double[] ourSeconds = new double[ROUNDS];
        double[] theirSeconds = new double[ROUNDS];
        double[] speeds = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            double[] our = ours.ask(command);
            double[] their = theirs.ask(command);
            if (Math.abs(our[1] - their[1]) > 1e-3) {
                throw new IOException("The contenders disagree: " + our[1] + " and " + their[1]);
            }
            if (round >= 0) {
                ourSeconds[round] = our[0];
                theirSeconds[round] = their[0];
                speeds[round] = their[0] / our[0];
            }
        }
        row.put(command + "TokensPerSecondOurs", tokens / median(ourSeconds));
        row.put(command + "TokensPerSecondTheirs", tokens / median(theirSeconds));
        row.put(command + "SpeedRatio", median(speeds));
        row.put(command + "SecondsOurs", ourSeconds);
        row.put(command + "SecondsTheirs", theirSeconds);
    }

    private static void peaks(Map<String, Object> row, String what, long[] before, Contender ours, Contender theirs)
            throws IOException {
        long our = (long) ours.ask("peak")[0];
        row.put(what + "PeakOurs", our);
        row.put(what + "PeakAboveEmptyProcessOurs", our - before[0]);
        long their = (long) theirs.ask("peak")[0];
        row.put(what + "PeakTheirs", their);
        row.put(what + "PeakAboveEmptyProcessTheirs", their - before[1]);
        row.put(what + "MemoryRatio", (double) our / their);
        row.put(what + "MemoryRatioAboveEmptyProcess", (double) (our - before[0]) / (their - before[1]));
    }

    private Contender ours(String name, ActivationMemory memory, int sequences, int length) throws IOException {
        return new Contender(
                THREADS,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ModelWorker.class.getName(),
                        checkpoint(name).toString(),
                        Integer.toString(sequences),
                        Integer.toString(length),
                        Integer.toString(THREADS),
                        memory.name()));
    }

    private Contender theirs(String name, int sequences, int length) throws IOException {
        return new Contender(
                THREADS,
                List.of(
                        python,
                        WORKER.toString(),
                        checkpoint(name).toString(),
                        Integer.toString(sequences),
                        Integer.toString(length),
                        Integer.toString(THREADS)));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void print(Map<String, Object> row) {
        row.forEach((key, value) -> {
            if (value instanceof Double number) {
                System.out.printf(Locale.ROOT, "    %s %.3f%n", key, number);
            } else if (value instanceof Long bytes) {
                System.out.printf(Locale.ROOT, "    %s %d MiB%n", key, bytes >> 20);
            } else if (value instanceof String || value instanceof ActivationMemory) {
                System.out.println(key + " " + value);
            }
        });
    }
}
