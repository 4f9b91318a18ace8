package org.rft4j.benchmarks.head;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rft4j.benchmarks.Machine;
import org.rft4j.benchmarks.ResidentMemory;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.ScoreOptions;

/**
 * The chunked head beside the plain one, alone and inside a training step: times alternate in one process, peak memory is
 * taken in a process of its own per contender. Writes {@code head.json} into the folder given, {@code benchmarks/results}
 * by default.
 */
public final class HeadComparison {
    private static final int TOKENS = 8192;
    private static final int WIDTH = 512;
    private static final int[] VOCABULARIES = {32_000, 151_936};
    private static final int ROUNDS = 5;
    private static final int SEQUENCES = 8;
    private static final int LENGTH = 256;
    private static final String CHUNKED = "chunked";
    private static final String PLAIN = "plain";

    private HeadComparison() {}

    /**
     * Runs the comparison.
     *
     * @param args the results folder; or, for the memory processes, contender and vocabulary
     * @throws IOException if results cannot be written
     * @throws InterruptedException if interrupted while a memory process runs
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2) {
            printPeak(args[0], Integer.parseInt(args[1]));
            return;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int vocabulary : VOCABULARIES) {
            rows.add(compareHeads(vocabulary));
        }
        rows.add(compareSteps());
        Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
        result.put("results", rows);
        Path folder = Path.of(args.length > 0 ? args[0] : "benchmarks/results");
        Files.createDirectories(folder);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve("head.json").toFile(), result);
    }

    private static Map<String, Object> compareHeads(int vocabulary) throws IOException, InterruptedException {
        long chunkedPeak = peakInOwnProcess(CHUNKED, vocabulary);
        long plainPeak = peakInOwnProcess(PLAIN, vocabulary);
        try (TensorEngine engine = TensorEngine.start(options());
                HeadContenders contenders = new HeadContenders(engine, TOKENS, WIDTH, vocabulary)) {
            Contest contest = new Contest()
                    .with(PLAIN, contenders::plain)
                    .with(CHUNKED, () -> contenders.chunked(ScoreOptions.DEFAULT_CHUNK_BYTES))
                    .run(1, ROUNDS);
            Map<String, Object> row = row(contest, "head, V = " + vocabulary, CHUNKED, PLAIN);
            row.put("peakExtraBytesPlain", plainPeak);
            row.put("peakExtraBytesChunked", chunkedPeak);
            if (plainPeak > 0) {
                row.put("memoryRatio", (double) chunkedPeak / plainPeak);
            }
            System.out.printf(
                    Locale.ROOT,
                    "    peak extra memory: plain %d MiB, chunked %d MiB, ratio 1/%.1f%n",
                    plainPeak >> 20,
                    chunkedPeak >> 20,
                    (double) plainPeak / chunkedPeak);
            return row;
        }
    }

    private static Map<String, Object> compareSteps() {
        try (TensorEngine engine = TensorEngine.start(options());
                TrainingStepContenders contenders = new TrainingStepContenders(engine, SEQUENCES, LENGTH)) {
            String lean = "chunked, layers recomputed";
            Contest contest = new Contest()
                    .with(PLAIN, contenders::plain)
                    .with(CHUNKED, () -> contenders.chunked(ActivationMemory.KEEP_ALL))
                    .with(lean, () -> contenders.chunked(ActivationMemory.RECOMPUTE_LAYERS))
                    .run(3, ROUNDS);
            Map<String, Object> row = row(contest, "training step, stories15M size", CHUNKED, PLAIN);
            row.put("tokensPerSecondChunked", contenders.positions() / contest.median(CHUNKED));
            row.put("timeRatioLayersRecomputed", contest.medianRatio(lean, PLAIN));
            System.out.printf(
                    Locale.ROOT,
                    "    chunked %.0f tokens/s; with layers recomputed %.2f times plain%n",
                    contenders.positions() / contest.median(CHUNKED),
                    contest.medianRatio(lean, PLAIN));
            return row;
        }
    }

    private static Map<String, Object> row(Contest contest, String name, String contender, String baseline) {
        System.out.printf(
                Locale.ROOT,
                "%s: plain %s, chunked %s, ratio %.2f%n",
                name,
                contest.describe(baseline),
                contest.describe(contender),
                contest.medianRatio(contender, baseline));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("rounds", ROUNDS);
        row.put("medianSecondsPlain", contest.median(baseline));
        row.put("medianSecondsChunked", contest.median(contender));
        row.put("timeRatio", contest.medianRatio(contender, baseline));
        return row;
    }

    private static EngineOptions options() {
        return EngineOptions.onCpu()
                .withThreads(Math.min(2, Runtime.getRuntime().availableProcessors()));
    }

    private static long peakInOwnProcess(String contender, int vocabulary) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeadComparison.class.getName(),
                        contender,
                        Integer.toString(vocabulary))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(
                    "The memory process of " + contender + " ended with status " + status + ": " + output);
        }
        return Long.parseLong(output.lines().reduce("", (first, last) -> last).strip());
    }

    private static void printPeak(String contender, int vocabulary) {
        try (TensorEngine engine = TensorEngine.start(options());
                HeadContenders contenders = new HeadContenders(engine, TOKENS, WIDTH, vocabulary)) {
            System.out.println(ResidentMemory.peakExtraBytes(() -> {
                if (contender.equals(PLAIN)) {
                    contenders.plain();
                } else {
                    contenders.chunked(ScoreOptions.DEFAULT_CHUNK_BYTES);
                }
            }));
        }
    }
}
