package org.rft4j.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.TestRun.Said;
import org.rft4j.cli.bind.Document;
import org.rft4j.cli.config.Configurations;
import org.rft4j.cli.config.DataConfig;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;

/** What a configuration says is what a trainer is made of. */
class AssemblyTest {
    @TempDir
    private Path folder;

    private DataConfig data(String yaml) {
        String whole = TestRun.online("grpoTrl").replace("data: {type: tasks, files: [FOLDER/tasks.jsonl]}", yaml);
        return Configurations.of(Document.of("run.yaml", new TestRun(folder).filled(whole)))
                .learning()
                .data();
    }

    private static Dataset<TaskRecord> read(DataConfig data) {
        return DataSets.read(data, DataSets.mapping(data).tasks());
    }

    @Test
    void tablesOfTwoFilesAreReadWithTheirColumnsRenamed() throws IOException {
        Files.writeString(
                folder.resolve("a.csv"), "question,answer,number\nHow much is 2 + 2?,4,17\nAnd 3 + 3?,6,18\n");
        Files.writeString(folder.resolve("b.tsv"), "question\tanswer\tnumber\nAnd 4 + 4?\t8\t19\n");
        Dataset<TaskRecord> tasks = read(data("data: {type: tasks, files: [FOLDER/a.csv, FOLDER/b.tsv], id: number,"
                + " columns: {prompt: question, gold: answer}, prompt: {type: text, template: 'Q: {prompt} A:'}}"));
        assertThat(tasks.size()).isEqualTo(3);
        assertThat(tasks.get(0).id()).isEqualTo("17");
        assertThat(tasks.get(0).prompt()).isEqualTo(Prompt.of("Q: How much is 2 + 2? A:"));
        assertThat(tasks.get(2).text("gold")).isEqualTo("8");
    }

    @Test
    void promptsBecomeConversationsAndBadRowsAreSkipped() throws IOException {
        Files.writeString(
                folder.resolve("a.jsonl"), "{\"prompt\": \"Hello\"}\n{\"prompt\": 1}\n{\"prompt\": \"Bye\"}\n");
        String yaml = "data: {type: tasks, files: [FOLDER/a.jsonl], badRows: skip, limit: 1,"
                + " prompt: {type: chat, system: Be brief.}}\n";
        String whole = TestRun.online("grpoTrl")
                .replace("data: {type: tasks, files: [FOLDER/tasks.jsonl]}", yaml)
                .replace("maxNewTokens: 12", "maxNewTokens: 12, format: chat");
        Dataset<TaskRecord> tasks = read(Configurations.of(Document.of("run.yaml", new TestRun(folder).filled(whole)))
                .learning()
                .data());
        assertThat(tasks.size()).isEqualTo(1);
        assertThat(tasks.get(0).prompt())
                .isEqualTo(Prompt.of(ChatMessage.system("Be brief."), ChatMessage.user("Hello")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start | everything | copy",
                "start | {type: lora, rank: 2} | without adapter",
                "{type: moving, everySteps: 3} | everything | copy every 3 steps",
                "{type: average, everySteps: 4} | everything | average, decay 0.4 every 4 steps",
                "{type: folder, folder: MODEL} | {type: lastLayers, layers: 1, headAndFinalNorm: false} | another model"
            })
    void referencesAreOfTheirKind(String reference, String policy, String kind) throws Exception {
        String yaml = TestRun.online("grpo") + "reference: " + reference + "\npolicy: " + policy + "\n";
        var configuration = Configurations.of(Document.of("run.yaml", new TestRun(folder).filled(yaml)));
        try (Assembly assembly = Assembly.open(configuration);
                Reference made =
                        configuration.models().reference().orElseThrow().make().open(assembly)) {
            assertThat(made).hasToString(kind);
            assertThat(assembly.trainer().preflight().passed()).isTrue();
        }
    }

    @Test
    void anAdapterIsAsTheFileSays() {
        String yaml = TestRun.online("grpoTrl")
                + "policy: {type: lora, rank: 2, alpha: 6, targets: {type: named, names: [q_proj]}}\n";
        try (Assembly assembly =
                Assembly.open(Configurations.of(Document.of("run.yaml", new TestRun(folder).filled(yaml))))) {
            Policy policy = assembly.policy();
            assertThat(policy.parameters()).allMatch(one -> one.name().contains("q_proj"));
            assertThat(policy.adapter().orElseThrow().config().scaleOf("q_proj"))
                    .isEqualTo(3);
        }
    }

    @Test
    void aCriticOfItsOwnAndDynamicSamplingTakeSteps() throws IOException {
        TestRun run = new TestRun(folder);
        String ppo = TestRun.online("{type: ppo, kl: none, criticRounds: 0}")
                        .replace(
                                "sampler:",
                                "temperature: 0.9, topK: 50, stopStrings: ['!'], dynamicSampling: {mostRounds: 2}, sampler:")
                + """
                critic:
                  type: separate
                  train: {type: lastLayers, layers: 1, headAndFinalNorm: false}
                  rates: {learningRate: 1e-2}
                """;
        Said said = run.say(ppo, "--set", "report.tensorBoard=true", "--set", "report.tableEveryRounds=1");
        assertThat(said.err()).isEmpty();
        assertThat(said.out()).contains("The run ended after 2 steps (FINISHED)");
        assertThat(Files.readString(run.run().resolve("metrics.jsonl")))
                .contains("\"loss/value_avg\":", "\"sampling/dropped/equalRewards\":", "\"critic/lr\":0.01");
        try (var files = Files.list(run.run())) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.contains("tfevents"));
        }
    }
}
