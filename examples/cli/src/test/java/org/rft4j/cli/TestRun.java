package org.rft4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs the command in this process, on a model of 260,000 parameters and small data sets in a folder. */
public final class TestRun {
    private static final List<String> OPENINGS = List.of(
            "Once upon a time, there was a",
            "One day, a little",
            "It was a sunny day and",
            "In the park, there was",
            "Mom said to",
            "There was a big dog. He");

    private final Path folder;

    /** Writes the data sets. */
    public TestRun(Path folder) {
        this.folder = folder;
        write(
                "tasks.jsonl",
                row -> "{'prompt': '%s', 'answer': 'Lily', 'candidates': [' girl.', ' dog.'],"
                                .formatted(OPENINGS.get(row))
                        + " 'scores': [1, 0]}");
        write(
                "pairs.jsonl",
                row -> "{'prompt': '%s', 'chosen': ' girl named Lily %d.', 'rejected': ' dog %d.', 'margin': 1}"
                        .formatted(OPENINGS.get(row), row, row));
        write(
                "labels.jsonl",
                row -> "{'prompt': '%s', 'completion': ' girl %d.', 'label': %b}"
                        .formatted(OPENINGS.get(row), row, row % 2 == 0));
        write(
                "completions.jsonl",
                row -> "{'prompt': '%s', 'completion': ' girl %d.', 'reward': 1, 'advantage': 0.5, 'weight': 1}"
                        .formatted(OPENINGS.get(row), row));
        write("texts.jsonl", row -> "{'text': '%s girl.'}".formatted(OPENINGS.get(row)));
    }

    private interface Line {
        String of(int row);
    }

    private void write(String name, Line line) {
        write(
                name,
                IntStream.range(0, OPENINGS.size())
                        .mapToObj(line::of)
                        .map(one -> one.replace('\'', '"'))
                        .toList());
    }

    private void write(String name, List<String> lines) {
        try {
            Files.write(folder.resolve(name), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of the model. */
    public static Path model() {
        try {
            return Path.of(Objects.requireNonNull(TestRun.class.getResource("/models/stories260K/config.json"))
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the run's files are. */
    public Path run() {
        return folder.resolve("run");
    }

    /** Writes a configuration, with the folders put in. */
    public Path file(String yaml) {
        write("run.yaml", List.of(filled(yaml)));
        return folder.resolve("run.yaml");
    }

    /** Puts the folders in. */
    public String filled(String yaml) {
        return yaml.replace("MODEL", model().toString()).replace("FOLDER", folder.toString());
    }

    /** What a command said. */
    public record Said(int status, String out, String err) {}

    /** Runs a command. */
    public static Said say(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Rft4j.commandLine(environment).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = Rft4j.execute(command, args);
        return new Said(status, out.toString(), err.toString());
    }

    /** Runs a configuration. */
    public Said say(String yaml, String... more) {
        String[] args = Stream.concat(Stream.of("run", file(yaml).toString()), Arrays.stream(more))
                .toArray(String[]::new);
        return say(Map.of(), args);
    }

    /** A run of two rounds, but for its algorithm and what belongs to that. */
    public static String offline(String algorithm, String type, String file) {
        return """
                model: {folder: MODEL}
                algorithm: %s
                data: {type: %s, files: [FOLDER/%s]}
                run: {rounds: 2, tasksPerRound: 4}
                rates: {learningRate: 1e-3}
                checkpoints: {everySteps: 1, exportModel: false}
                report: {htmlEverySteps: 0}
                folder: FOLDER/run
                """.formatted(algorithm, type, file);
    }

    /** A run of two rounds that samples, but for its algorithm and what belongs to that. */
    public static String online(String algorithm) {
        return offline(algorithm, "tasks", "tasks.jsonl").replace("tasksPerRound: 4", "tasksPerRound: 2, groupSize: 4")
                + """
                rollout: {maxNewTokens: 12, sampler: {strict: true}}
                rewards: [{type: keywords, required: [Lily]}]
                """;
    }
}
