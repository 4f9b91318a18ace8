package org.rft4j.benchmarks.sampling;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.rft4j.benchmarks.Contender;
import org.rft4j.benchmarks.Machine;

/**
 * The sampler beside transformers' generate: the same checkpoint, prompts, numbers of tokens, sampling options, threads and machine, turn
 * by turn in one run, each in a process of its own. Writes {@code sampler-NAME.json}. Arguments: results folder, Python with the packages
 * of {@code benchmarks/src/main/python/requirements.txt}, a folder with a checkpoint, the name of the result.
 */
public final class SamplerComparison {
    private static final int THREADS = 2;
    private static final int PROMPT = 64;
    private static final int LONGEST = 2048;
    private static final int ROUNDS = 3;
    private static final int LONG_ROUNDS = 2;
    private static final Path WORKER = Path.of("src/main/python/generation_worker.py");

    private final Contender ours;
    private final Contender theirs;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    private SamplerComparison(Contender ours, Contender theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    /**
     * Runs the comparison.
     *
     * @param args results folder, Python, checkpoint, name
     * @throws IOException if a process or a file fails
     */
    public static void main(String[] args) throws IOException {
        Path results = Path.of(args[0]);
        Path checkpoint = longer(Path.of(args[2]));
        Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
        try (Contender ours = ours(checkpoint);
                Contender theirs = theirs(args[1], checkpoint)) {
            SamplerComparison comparison = new SamplerComparison(ours, theirs);
            comparison.run();
            result.put("promptTokens", PROMPT);
            result.put("results", comparison.rows);
        }
        Files.createDirectories(results);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(results.resolve("sampler-" + args[3] + ".json").toFile(), result);
    }

    private void run() throws IOException {
        String plain = "1.0 0 1.0";
        String filtered = "0.8 50 0.95";
        for (int batch : List.of(1, 8, 32, 64)) {
            contest("batch " + batch, batch, 128, plain, ROUNDS);
        }
        contest("batch 8, temperature 0.8, top-k 50, top-p 0.95", 8, 128, filtered, ROUNDS);
        contest("batch 32, temperature 0.8, top-k 50, top-p 0.95", 32, 128, filtered, ROUNDS);
        sharing("8 rows, 256 prompt tokens", 8, 256, 128);
        sharing("32 rows, 256 prompt tokens", 32, 256, 128);
        for (int batch : List.of(1, 8, 32)) {
            shares(batch);
        }
        for (int batch : List.of(1, 8, 32)) {
            contest("batch " + batch, batch, 512, plain, LONG_ROUNDS);
        }
    }

    private void contest(String name, int batch, int newTokens, String filter, int rounds) throws IOException {
        String command = "generate " + batch + " " + PROMPT + " " + newTokens + " 1 " + filter;
        Map<String, Object> row = begin(name, newTokens);
        double[] our = new double[rounds];
        double[] their = new double[rounds];
        double[] speeds = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double o = ours.ask(command)[0];
            double t = theirs.ask(command)[0];
            if (round >= 0) {
                our[round] = o;
                their[round] = t;
                speeds[round] = t / o;
            }
        }
        row.put("tokensPerSecondOurs", batch * newTokens / median(our));
        row.put("tokensPerSecondTheirs", batch * newTokens / median(their));
        row.put("speedRatio", median(speeds));
        row.put("speedRatios", speeds);
        print(row);
    }

    /** Groups of 8 on one prompt against as many rows with prompts of their own. */
    private void sharing(String name, int batch, int prompt, int newTokens) throws IOException {
        Map<String, Object> row = begin("sharing, groups of 8, " + name, newTokens);
        double[] shared = new double[ROUNDS];
        double[] alone = new double[ROUNDS];
        double[] speeds = new double[ROUNDS];
        String rest = " 1.0 0 1.0";
        for (int round = -1; round < ROUNDS; round++) {
            double s = ours.ask("generate " + batch + " " + prompt + " " + newTokens + " 8" + rest)[0];
            double a = ours.ask("generate " + batch + " " + prompt + " " + newTokens + " 1" + rest)[0];
            if (round >= 0) {
                shared[round] = s;
                alone[round] = a;
                speeds[round] = a / s;
            }
        }
        row.put("tokensPerSecondShared", batch * newTokens / median(shared));
        row.put("tokensPerSecondAlone", batch * newTokens / median(alone));
        row.put("speedRatio", median(speeds));
        row.put("speedRatios", speeds);
        print(row);
    }

    private void shares(int batch) throws IOException {
        Map<String, Object> row = begin("shares of time, batch " + batch, 128);
        String command = "shares " + batch + " " + PROMPT + " 128 1 1.0 0 1.0";
        ours.ask(command);
        double[] seconds = ours.ask(command);
        List<String> parts = List.of("prompts", "attention", "restOfBody", "head", "drawing", "java");
        for (int i = 0; i < parts.size(); i++) {
            row.put(parts.get(i), seconds[i + 1] / seconds[0]);
        }
        print(row);
    }

    private Map<String, Object> begin(String name, int newTokens) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("newTokens", newTokens);
        rows.add(row);
        return row;
    }

    /** The same weights, said to be fit for longer texts: what is written does not matter here. */
    private static Path longer(Path checkpoint) throws IOException {
        Path copy = Files.createTempDirectory("rft4j-sampler");
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path config = copy.resolve("config.json");
        ObjectNode options = (ObjectNode) new ObjectMapper().readTree(config.toFile());
        options.put("max_position_embeddings", LONGEST);
        config.toFile().setWritable(true);
        new ObjectMapper().writeValue(config.toFile(), options);
        return copy;
    }

    private static Contender ours(Path checkpoint) throws IOException {
        return new Contender(
                THREADS,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SamplerWorker.class.getName(),
                        checkpoint.toString(),
                        Integer.toString(THREADS)));
    }

    private static Contender theirs(String python, Path checkpoint) throws IOException {
        return new Contender(
                THREADS, List.of(python, WORKER.toString(), checkpoint.toString(), Integer.toString(THREADS)));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    private static void print(Map<String, Object> row) {
        StringBuilder line = new StringBuilder();
        row.forEach((key, value) -> {
            if (value instanceof Double number) {
                line.append(String.format(Locale.ROOT, "  %s %.3f", key, number));
            } else if (!(value instanceof double[])) {
                line.append("  ").append(value);
            }
        });
        System.out.println(line);
    }
}
