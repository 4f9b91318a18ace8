package org.rft4j.benchmarks.grpo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.rft4j.benchmarks.Contender;
import org.rft4j.benchmarks.Machine;

/**
 * Steps of GRPO beside those of TRL's GRPOTrainer: the same checkpoint, prompts, reward, sizes, threads and machine, turn by turn in one
 * run, each in a process of its own. Either side takes part twice, keeping what the way back needs and computing layers again. Writes
 * {@code grpo.json} and prints the table of {@code docs/benchmarks.md}. Arguments: results folder, Python with the packages of {@code
 * benchmarks/src/main/python/grpo-requirements.txt}, a folder with a checkpoint, and if wanted how many steps count (5), how many warm up
 * (2), and which cases: 64, 128, 128-lora, 128-dapo-kl.
 */
public final class GrpoComparison {
    private static final int THREADS = 2;
    private static final Path WORKER = Path.of("src/main/python/grpo_worker.py");

    private final String python;
    private final Path checkpoint;
    private final Path prompts;
    private final int rounds;
    private final int warmUp;

    private GrpoComparison(String python, Path checkpoint, Path prompts, int rounds, int warmUp) {
        this.python = python;
        this.checkpoint = checkpoint;
        this.prompts = prompts;
        this.rounds = rounds;
        this.warmUp = warmUp;
    }

    /**
     * Runs the comparison.
     *
     * @param args results folder, Python, checkpoint, steps that count, steps before them, cases
     * @throws IOException if a process or a file fails
     */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        int warmUp = args.length > 4 ? Integer.parseInt(args[4]) : 2;
        GrpoComparison comparison = new GrpoComparison(args[1], Path.of(args[2]), promptFile(), rounds, warmUp);
        Map<String, GrpoSettings> cases = cases();
        if (args.length > 5) {
            cases.keySet().retainAll(List.of(args).subList(5, args.length));
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        StringBuilder table = new StringBuilder(head());
        for (Map.Entry<String, GrpoSettings> one : cases.entrySet()) {
            rows.add(comparison.contest(one.getKey(), one.getValue(), table));
        }
        Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
        result.put("rounds", rounds);
        result.put("warmUp", warmUp);
        result.put("results", rows);
        Files.createDirectories(Path.of(args[0]));
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(Path.of(args[0], "grpo.json").toFile(), result);
        System.out.print(table);
    }

    private static Map<String, GrpoSettings> cases() {
        Map<String, GrpoSettings> cases = new LinkedHashMap<>();
        cases.put("64", new GrpoSettings(4, 8, 64, 8, "grpo", false, 0, 0));
        cases.put("128", new GrpoSettings(4, 8, 128, 8, "grpo", false, 0, 0));
        cases.put("128-lora", new GrpoSettings(4, 8, 128, 8, "grpo", false, 16, 0));
        cases.put("128-dapo-kl", new GrpoSettings(4, 8, 128, 8, "dapo", false, 0, 0.04));
        return cases;
    }

    private Map<String, Object> contest(String name, GrpoSettings settings, StringBuilder table) throws IOException {
        try (GrpoSide keeping = ours("rft4j", settings);
                GrpoSide theirKeeping = theirs("TRL", settings);
                GrpoSide computing = ours("rft4j, layers recomputed", settings.withRecompute(true));
                GrpoSide theirComputing = theirs("TRL, checkpointing (its default)", settings.withRecompute(true))) {
            List<GrpoSide> sides = List.of(keeping, theirKeeping, computing, theirComputing);
            for (int round = -warmUp; round < rounds; round++) {
                double promptTokens = Double.NaN;
                for (GrpoSide side : sides) {
                    GrpoSide.Step step = side.step(round >= 0);
                    System.out.printf(Locale.ROOT, "  %s: %s%n", side.name(), step);
                    promptTokens = Double.isNaN(promptTokens) ? step.counts().promptTokens() : promptTokens;
                    requireSame(side.name(), step, settings, promptTokens);
                }
            }
            List<Map<String, Object>> summaries = new ArrayList<>();
            for (GrpoSide side : sides) {
                Map<String, Object> summary = side.summary();
                summaries.add(summary);
                table.append(line(name, summary));
            }
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", name);
            row.put("settings", settings);
            row.put("sides", summaries);
            compare(row, "", List.of(keeping, theirKeeping), summaries.subList(0, 2), table);
            compare(row, "Recomputing", List.of(computing, theirComputing), summaries.subList(2, 4), table);
            return row;
        }
    }

    /** As many completions as asked for, of the same prompts on all sides, or the times cannot be compared. */
    private static void requireSame(String name, GrpoSide.Step step, GrpoSettings settings, double promptTokens)
            throws IOException {
        if (step.counts().completions() != settings.prompts() * settings.group()
                || step.counts().promptTokens() != promptTokens) {
            throw new IOException("A step of " + name + " had other prompts than the first side's, " + promptTokens
                    + " tokens of prompts, or too few completions: " + step);
        }
    }

    private static void compare(
            Map<String, Object> row,
            String suffix,
            List<GrpoSide> pair,
            List<Map<String, Object>> summaries,
            StringBuilder table) {
        double[] our = pair.get(0).seconds();
        double[] their = pair.get(1).seconds();
        double[] speeds = new double[our.length];
        for (int round = 0; round < speeds.length; round++) {
            speeds[round] = their[round] / our[round];
        }
        row.put("speedRatio" + suffix, GrpoSide.median(speeds));
        row.put("speedRatios" + suffix, speeds);
        table.append(String.format(
                Locale.ROOT,
                "| %s, %s: TRL's time to ours %.2f, our peak to TRL's",
                row.get("name"),
                pair.get(0).name(),
                GrpoSide.median(speeds)));
        for (String key : List.of("peak", "peakAboveEmptyProcess", "peakAboveLoaded")) {
            double ratio = number(summaries.get(0), key) / number(summaries.get(1), key);
            row.put(key + "Ratio" + suffix, ratio);
            table.append(String.format(Locale.ROOT, " %.2f", ratio));
        }
        table.append(" |\n");
    }

    private static String head() {
        return "| | | step, s | generation | reward | scoring | update | new tokens/s | peak, MiB | above empty | above loaded |\n"
                + "|---|---|---|---|---|---|---|---|---|---|---|\n";
    }

    private static String line(String name, Map<String, Object> summary) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.2f | %.4f | %.2f | %.2f | %.0f | %.0f | %.0f | %.0f |%n",
                name,
                summary.get("name"),
                number(summary, "seconds"),
                number(summary, "generation"),
                number(summary, "reward"),
                number(summary, "scoring"),
                number(summary, "update"),
                number(summary, "tokensPerSecond"),
                number(summary, "peak") / (1 << 20),
                number(summary, "peakAboveEmptyProcess") / (1 << 20),
                number(summary, "peakAboveLoaded") / (1 << 20));
    }

    private static double number(Map<String, Object> row, String key) {
        return ((Number) Objects.requireNonNull(row.get(key), key)).doubleValue();
    }

    private GrpoSide ours(String name, GrpoSettings settings) throws IOException {
        List<String> program = new ArrayList<>(Contender.java());
        program.add(GrpoWorker.class.getName());
        return side(name, settings, program);
    }

    private GrpoSide theirs(String name, GrpoSettings settings) throws IOException {
        return side(name, settings, List.of(python, WORKER.toString()));
    }

    private GrpoSide side(String name, GrpoSettings settings, List<String> program) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.add(checkpoint.toString());
        command.add(prompts.toString());
        command.add(Integer.toString(THREADS));
        command.add(settings.toJson());
        return new GrpoSide(name, new Contender(THREADS, command));
    }

    private static Path promptFile() throws IOException {
        Path file = Files.createTempFile("rft4j-prompts", ".jsonl");
        try (InputStream prompts =
                Objects.requireNonNull(GrpoComparison.class.getResourceAsStream("prompts.jsonl"), "prompts.jsonl")) {
            Files.copy(prompts, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
