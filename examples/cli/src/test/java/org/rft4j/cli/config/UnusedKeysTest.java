package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.bind.Document;
import org.rft4j.cli.bind.Overrides;

/** Keys that would mean nothing, and values that cannot work. */
class UnusedKeysTest {
    private static final String EVALUATION = "evaluation: {data: {type: %s, files: [FOLDER/x.jsonl]}%s}\n";

    private static void refuses(String yaml, String... problems) {
        assertThatThrownBy(() -> Configurations.of(Document.of("run.yaml", yaml)))
                .satisfies(e -> assertThat(e.getMessage().lines().skip(1).map(String::strip))
                        .containsExactly(problems));
    }

    private static String offline(String evaluation) {
        return TestRun.offline("simPo", "preferences", "pairs.jsonl") + EVALUATION.formatted("preferences", evaluation);
    }

    @Test
    void whereNothingIsSampled() {
        String why = ", because simPo learns from examples and samples nothing; leave it out";
        refuses(
                offline(", samples: 4, ks: [1, 4], passMark: 0.5")
                        .replace("tasksPerRound: 4", "tasksPerRound: 4, passMark: 0.5")
                        .replace("htmlEverySteps: 0", "tableEveryRounds: 5, completionsEveryRounds: 5"),
                "evaluation.ks was [1,4], must be 1" + why + " (line 9)",
                "evaluation.passMark was 0.5, must be 1" + why + " (line 9)",
                "evaluation.samples was 4, must be 1" + why + " (line 9)",
                "report.completionsEveryRounds was 5, must be 1" + why + " (line 7)",
                "report.tableEveryRounds was 5, must be 0" + why + " (line 7)",
                "run.passMark was 0.5, must be 1" + why + " (line 4)");
    }

    @Test
    void whatADryRunTellsCanBeRead() {
        String printed = Configurations.yaml(Configurations.of(Document.of("run.yaml", offline(""))));
        assertThat(printed).contains("\n  samples: 1\n", "\n  passMark: 1.0\n", "\n  tableEveryRounds: 0\n");
        assertThat(Configurations.yaml(Configurations.of(Document.of("printed", printed))))
                .isEqualTo(printed);
    }

    @Test
    void tasksAreNotEncodedAsExamples() {
        String yaml = TestRun.online("grpoTrl")
                + "evaluation: {data: {type: tasks, files: [x.jsonl], encoding: {maxTokens: 8}}}\n";
        refuses(
                yaml,
                "evaluation.data.encoding was there, must be absent, because grpoTrl trains tokens as they were sampled;"
                        + " leave it out (line 11)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", samples: 0 | evaluation.samples was 0, must be at least 1; ask once",
                ", samples: 2, ks: [4] | evaluation.ks was 4, must be from 1 to samples, 2; use [1]",
                ", everySteps: 0 | evaluation.everySteps was 0, must be at least 1; 50 is usual",
                ", temperature: -1 | evaluation.temperature was -1.0, must be 0 (greedy) or between 0.001 and 1000; use 1"
                        + " for the model's own distribution",
                ", rewards: [{type: class, className: org.nowhere.None}] | evaluation.rewards[0].className was"
                        + " org.nowhere.None, must be a class on the class path; add its jar or folder to -cp",
                ", rewards: [{type: maths, deadline: 0}] | evaluation.rewards[0].deadline was 0.0, must be more than 0"
                        + " seconds; use 30",
                ", rewards: [{type: maths, weight: infinity}] | evaluation.rewards[0].weight was Infinity, must be finite;"
                        + " use 1"
            })
    void anEvaluationThatCannotWork(String keys, String text) {
        refuses(
                TestRun.online("grpoTrl") + EVALUATION.formatted("tasks", ", " + keys.substring(1)),
                text + " (line 11)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxNewTokens: 0 | rollout.maxNewTokens was 0, must be positive; use 256",
                "maxNewTokens: 8, minNewTokens: 9 | rollout.minNewTokens was 9, must be between 0 and maxNewTokens 8; use 0"
                        + " to let the model end when it likes",
                "maxNewTokens: 8, maxTokens: 0 | rollout.maxTokens was 0, must be at least 1; leave it out for the model's"
                        + " context",
                "maxNewTokens: 8, timeLimit: 0 | rollout.timeLimit was 0.0, must be more than 0 seconds; leave it out to"
                        + " wait as long as it takes",
                "maxNewTokens: 8, stopStrings: [''] | rollout: stop string was '', must not be empty; leave it out",
                "maxNewTokens: 8, dynamicSampling: {mostRounds: 0} | rollout.dynamicSampling.mostRounds was 0, must be at"
                        + " least 1; use 10"
            })
    void aRolloutThatCannotWork(String keys, String text) {
        refuses(TestRun.online("grpoTrl").replace("maxNewTokens: 12", keys), text + " (line 9)");
    }

    @Test
    void noneRemovesNumbersAndTextsToo() {
        String with = TestRun.online("grpoTrl")
                .replace("maxNewTokens: 12", "maxNewTokens: 12, maxTokens: none, timeLimit: None")
                .replace("type: tasks,", "type: tasks, limit: none, id: none,");
        String printed = Configurations.yaml(Configurations.of(Document.of("run.yaml", with)));
        assertThat(printed)
                .isEqualTo(Configurations.yaml(Configurations.of(Document.of("run.yaml", TestRun.online("grpoTrl")))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'folder: a\n---\nfolder: b\n' | run.yaml was two documents in line 3, must be one; remove --- and what"
                        + " follows it",
                "'model: {folder: a}\nreference: *here\n' | run.yaml was *here in line 2, must be without aliases;"
                        + " write the value out",
                "'run:\n  <<: *usual\n' | run.yaml was *usual in line 2, must be without aliases; write the"
                        + " value out"
            })
    void yamlThatJacksonDoesNotResolve(String yaml, String text) {
        assertThatThrownBy(() -> Document.of("run.yaml", yaml.replace("\\n", "\n")))
                .hasMessage(text);
    }

    @Test
    void valuesFromElsewhereAreTheSameYaml() {
        Document document = Document.of("run.yaml", TestRun.online("grpoTrl"));
        assertThatThrownBy(() -> Overrides.fromCommandLine(document, List.of("reference=*here")))
                .hasMessage("value '*here' was *here in line 1, must be without aliases; write the value out");
    }
}
