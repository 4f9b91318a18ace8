package org.rft4j.benchmarks.examples;

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
import java.util.Objects;
import org.rft4j.benchmarks.Contender;
import org.rft4j.benchmarks.Machine;

/**
 * Steps of SFT and DPO beside those of TRL's trainers: the same checkpoint, tokens, batches, threads and machine, turn by turn in one run, each
 * in a process of its own. Either side takes part twice, keeping what the way back needs and computing layers again. In every round the losses
 * of all sides must agree. Writes {@code examples.json} and prints the table of {@code docs/benchmarks.md}. Arguments: results folder,
 * Python with the packages of {@code benchmarks/src/main/python/grpo-requirements.txt}, a folder with a checkpoint, and if wanted how many
 * steps count (3), how many warm up (2), and which cases: sft-256, sft-64, dpo-256, dpo-256-precomputed.
 */
public final class ExampleComparison {
    private static final int THREADS = 2;
    private static final double SAME_LOSS = 1e-4;
    private static final Path WORKER = Path.of("src/main/python/example_worker.py");

    private final String python;
    private final Path checkpoint;
    private final int rounds;
    private final int warmUp;

    private ExampleComparison(String python, Path checkpoint, int rounds, int warmUp) {
        this.python = python;
        this.checkpoint = checkpoint;
        this.rounds = rounds;
        this.warmUp = warmUp;
    }

    /**
     * Runs the comparison.
     *
     * @param args results folder, Python, checkpoint, steps that count, steps before them, cases
     * @throws IOException if a process or a file fails, or if losses differ
     */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
        int warmUp = args.length > 4 ? Integer.parseInt(args[4]) : 2;
        ExampleComparison comparison = new ExampleComparison(args[1], Path.of(args[2]), rounds, warmUp);
        Map<String, ExampleSettings> cases = cases();
        if (args.length > 5) {
            cases.keySet().retainAll(List.of(args).subList(5, args.length));
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        StringBuilder table = new StringBuilder(
                "| | | step, s | peak, MiB | above empty | above loaded |\n" + "|---|---|---|---|---|---|\n");
        for (Map.Entry<String, ExampleSettings> one : cases.entrySet()) {
            rows.add(comparison.contest(one.getKey(), one.getValue(), table));
        }
        Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
        result.put("rounds", rounds);
        result.put("warmUp", warmUp);
        result.put("results", rows);
        Files.createDirectories(Path.of(args[0]));
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(Path.of(args[0], "examples.json").toFile(), result);
        System.out.print(table);
    }

    private static Map<String, ExampleSettings> cases() {
        Map<String, ExampleSettings> cases = new LinkedHashMap<>();
        cases.put("sft-256", new ExampleSettings(ExampleSettings.Kind.SFT, 16, 256, false, false));
        cases.put("sft-64", new ExampleSettings(ExampleSettings.Kind.SFT, 16, 64, false, false));
        cases.put("dpo-256", new ExampleSettings(ExampleSettings.Kind.DPO, 8, 256, false, false));
        cases.put("dpo-256-precomputed", new ExampleSettings(ExampleSettings.Kind.DPO, 8, 256, false, true));
        return cases;
    }

    private Map<String, Object> contest(String name, ExampleSettings settings, StringBuilder table) throws IOException {
        Path data = ExampleData.write(settings, checkpoint);
        try (ExampleSide keeping = ours("rft4j", data, settings);
                ExampleSide theirKeeping = theirs("TRL, no checkpointing", data, settings);
                ExampleSide computing = ours("rft4j, layers recomputed", data, settings.withRecompute(true));
                ExampleSide theirComputing =
                        theirs("TRL, checkpointing (its default)", data, settings.withRecompute(true))) {
            List<ExampleSide> sides = List.of(keeping, theirKeeping, computing, theirComputing);
            for (int round = -warmUp; round < rounds; round++) {
                takeTurns(sides, round >= 0);
            }
            List<Map<String, Object>> summaries = new ArrayList<>();
            for (ExampleSide side : sides) {
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
        } finally {
            Files.delete(data);
        }
    }

    /** One step of each; their losses and gradients must be the same, or the times cannot be compared. */
    private static void takeTurns(List<ExampleSide> sides, boolean counts) throws IOException {
        double loss = Double.NaN;
        double norm = Double.NaN;
        for (ExampleSide side : sides) {
            ExampleSide.Step step = side.step(counts);
            System.out.printf(Locale.ROOT, "  %s: %s%n", side.name(), step);
            loss = Double.isNaN(loss) ? step.loss() : loss;
            norm = Double.isNaN(norm) ? step.gradNorm() : norm;
            boolean same = Math.abs(step.loss() - loss) <= SAME_LOSS * Math.max(1, loss)
                    && Math.abs(step.gradNorm() - norm) <= 1e-3 * norm;
            if (!same) {
                throw new IOException("The step of " + side.name()
                        + " had another loss or gradient than the first side's " + loss + " and " + norm + ": " + step);
            }
        }
    }

    private static void compare(
            Map<String, Object> row,
            String suffix,
            List<ExampleSide> pair,
            List<Map<String, Object>> summaries,
            StringBuilder table) {
        double[] our = pair.get(0).seconds();
        double[] their = pair.get(1).seconds();
        double[] speeds = new double[our.length];
        for (int round = 0; round < speeds.length; round++) {
            speeds[round] = their[round] / our[round];
        }
        row.put("speedRatio" + suffix, ExampleSide.median(speeds));
        row.put("speedRatios" + suffix, speeds);
        table.append(String.format(
                Locale.ROOT,
                "| %s, %s: TRL's time to ours %.2f, our peak to TRL's",
                row.get("name"),
                pair.get(0).name(),
                ExampleSide.median(speeds)));
        for (String key : List.of("peak", "peakAboveEmptyProcess", "peakAboveLoaded")) {
            double ratio = number(summaries.get(0), key) / number(summaries.get(1), key);
            row.put(key + "Ratio" + suffix, ratio);
            table.append(String.format(Locale.ROOT, " %.2f", ratio));
        }
        table.append(" |\n");
    }

    private static String line(String name, Map<String, Object> summary) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.0f | %.0f | %.0f |%n",
                name,
                summary.get("name"),
                number(summary, "seconds"),
                number(summary, "peak") / (1 << 20),
                number(summary, "peakAboveEmptyProcess") / (1 << 20),
                number(summary, "peakAboveLoaded") / (1 << 20));
    }

    private static double number(Map<String, Object> row, String key) {
        return ((Number) Objects.requireNonNull(row.get(key), key)).doubleValue();
    }

    private ExampleSide ours(String name, Path data, ExampleSettings settings) throws IOException {
        List<String> program = new ArrayList<>(Contender.java());
        program.add(ExampleWorker.class.getName());
        return side(name, data, settings, program);
    }

    private ExampleSide theirs(String name, Path data, ExampleSettings settings) throws IOException {
        return side(name, data, settings, List.of(python, WORKER.toString()));
    }

    private ExampleSide side(String name, Path data, ExampleSettings settings, List<String> program)
            throws IOException {
        List<String> command = new ArrayList<>(program);
        command.add(checkpoint.toString());
        command.add(data.toString());
        command.add(Integer.toString(THREADS));
        command.add(settings.toJson());
        return new ExampleSide(name, new Contender(THREADS, command));
    }
}
