package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.TestRun.Said;
import org.rft4j.cli.bind.Document;
import org.rft4j.cli.bind.Keys;

/** What {@code docs/configuration.md} says is so. */
class ConfigurationPageTest {
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("docs/configuration.md"))) {
            at = at.getParent();
        }
        return at;
    }

    private static String page() throws IOException {
        return Files.readString(root().resolve("docs/configuration.md"));
    }

    private static String block(String kind, int index) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(page());
        while (matcher.find()) {
            if (matcher.group(1).equals(kind)) {
                blocks.add(matcher.group(2));
            }
        }
        return blocks.get(index);
    }

    private Said run(String yaml, String... settings) throws IOException {
        TestRun run = new TestRun(folder);
        Files.copy(folder.resolve("tasks.jsonl"), folder.resolve("held-out.jsonl"));
        List<String> args = new ArrayList<>(List.of("run", run.file(yaml).toString()));
        for (String setting : settings) {
            args.addAll(List.of("--set", setting.replace("HERE", folder.toString())));
        }
        args.addAll(List.of("--set", "model.folder=" + TestRun.model(), "--set", "folder=" + run.run()));
        return TestRun.say(Map.of(), args.toArray(String[]::new));
    }

    @Test
    void theStartCommandIsOfAFileThatIsThere() throws Exception {
        Matcher command = Pattern.compile("-Ddemo\\.main=(\\S+) -Ddemo\\.args=\"(run \\S+\\.yaml)\"")
                .matcher(page());
        assertThat(command.find()).isTrue();
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                command.group(1)));
        words.addAll(List.of(command.group(2).split(" ")));
        words.add("--dry-run");
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(words)
                .directory(root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
        assertThat(said)
                .content()
                .contains("\n  rounds: 25\n", "\nfolder: runs/yaml\n")
                .endsWith("\nNothing was trained.\n");
    }

    @Test
    void grpoRuns() throws IOException {
        Said said =
                run(block("yaml", 0), "data.files[0]=HERE/tasks.jsonl", "evaluation.data.files[0]=HERE/held-out.jsonl");
        assertThat(said.err()).isEmpty();
        assertThat(said.out()).contains("The run ended after 2 steps (FINISHED)", "evaluation eval, step 2: reward ");
        assertThat(folder.resolve("run/checkpoints/step-00000002/model/model.safetensors"))
                .exists();
    }

    @Test
    void dpoRuns() throws IOException {
        TestRun run = new TestRun(folder);
        Path pairs = folder.resolve("questions.jsonl");
        Files.writeString(pairs, Files.readString(folder.resolve("pairs.jsonl")).replace("\"prompt\"", "\"question\""));
        Said said = run(block("yaml", 1), "data.files[0]=HERE/questions.jsonl");
        assertThat(said.err()).isEmpty();
        assertThat(said.out()).contains("The run ended after 2 steps (FINISHED)");
        assertThat(Files.readString(run.run().resolve("metrics.jsonl"))).contains("rewards/margins");
    }

    @Test
    void whatIsRefusedIsToldAsOnThePage() throws IOException {
        String yaml = """
                model: {folder: x}
                data: {type: tasks, files: [tasks.jsonl]}
                algorithm: {type: grpo, epsilon: 0.2}
                run: {rounds: 0, tasksPerRound: 4, groupSize: 8}
                rollout: {maxNewTokens: 24}
                rewards: [maths]
                rates: {learningRate: 1e-3}
                folder: run
                """;
        String page = block("text", 0).stripTrailing();
        assertThatThrownBy(() -> Configurations.of(Document.of("run.yaml", yaml)))
                .hasMessage(page);
    }

    @Test
    void theTablesAreTheKeysThatThereAre() throws IOException {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        Keys.of(Words.ALL, Configuration.class)
                .forEach((title, lines) -> wanted.put(
                        title, lines.stream().map(ConfigurationPageTest::row).toList()));
        Map<String, List<String>> found = tables(page().substring(page().indexOf("\n### configuration\n")));
        assertThat(found.keySet()).containsExactlyElementsOf(wanted.keySet());
        wanted.forEach((title, rows) -> assertThat(found.get(title)).as(title).containsExactlyElementsOf(rows));
    }

    private static String row(Keys.Line line) {
        String row = "`" + line.key() + "` | " + line.type().replace("|", "\\|");
        return line.otherwise().isEmpty() ? row : row + " | " + line.otherwise();
    }

    /** Rows by title, without what they mean, which must be there. */
    private static Map<String, List<String>> tables(String text) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        List<String> rows = List.of();
        for (String line : text.lines().toList()) {
            if (line.startsWith("### ")) {
                rows = new ArrayList<>();
                tables.put(line.substring(4), rows);
            } else if (line.startsWith("| `")) {
                String[] cells = line.substring(2, line.length() - 2).split(" (?<!\\\\)\\| ", -1);
                assertThat(cells.length).isIn(2, 4);
                assertThat(cells).doesNotContain("", "?");
                rows.add(String.join(" | ", List.of(cells).subList(0, Math.min(3, cells.length))));
            }
        }
        return tables;
    }
}
