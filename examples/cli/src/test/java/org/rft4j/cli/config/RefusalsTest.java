package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.bind.ConfigurationException;
import org.rft4j.cli.bind.Document;
import org.rft4j.engine.InvalidInputException;

/** What is refused, in full. */
class RefusalsTest {
    private static String refusal(String yaml) {
        try {
            Configurations.of(Document.of("run.yaml", yaml));
            return "nothing";
        } catch (ConfigurationException e) {
            return e.getMessage();
        }
    }

    @Test
    void tellsAllProblemsAtOnceWithTheirPlaces() {
        String yaml = """
                model:
                  foldr: x
                  precision: fp16
                reference: begin
                critic: shared
                data: {type: preferences, files: []}
                rollout:
                  maxNewTokens: many
                  temperature: -1
                  topk: 3
                rewards:
                  - type: ngramRepetition
                    n: 3
                  - {type: exact, weight: 2}
                algorithm: {type: grpo, epsilon: 0.2, kl: {coefficient: {initial: -1}}}
                policy: {type: everything, rank: 8}
                run:
                  rounds: 0
                  tasksPerRound: 4
                checkpoints: {keepLast: two}
                folder: run
                """;
        assertThat(refusal(yaml).lines().map(String::strip))
                .containsExactly(
                        "run.yaml has 19 problems:",
                        "model.foldr was 'x', must not be there, because model has no such key; did you mean folder?"
                                + " There are folder, precision, contextLength (line 2)",
                        "model.folder was absent, must be there; add it, a path (line 1)",
                        "model.precision was 'fp16', must be one of the names that there are; there are fp32, bf16"
                                + " (line 3)",
                        "policy.rank was 8, must not be there, because everything has no such key; leave it out"
                                + " (line 16)",
                        "reference was 'begin', must be one that there is; there are start, moving, average, folder"
                                + " (line 4)",
                        "algorithm.epsilon was 0.2, must not be there, because grpo has no such key; there are ratio,"
                                + " surrogate, aggregation, kl, entropy, correction, offPolicyMask, rows, oldLogProbs"
                                + " (line 15)",
                        "algorithm.kl.coefficient: KL coefficient was -1.0, must be finite and at least 0; use 0.001,"
                                + " as verl does, or leave KL out (line 15)",
                        "data.files was empty, must be at least one; write files: [train.jsonl] (line 6)",
                        "rollout.topk was 3, must not be there, because rollout has no such key; did you mean topK?"
                                + " There are maxNewTokens, minNewTokens, temperature, topK, topP, minP,"
                                + " repetitionPenalty, presencePenalty, frequencyPenalty, stopStrings, keepStopString,"
                                + " maxTokens, format, timeLimit, sampler, dynamicSampling (line 10)",
                        "rollout.maxNewTokens was 'many', must be a whole number; write a number such as 8 (line 8)",
                        "rollout.temperature was -1.0, must be 0 (greedy) or between 0.001 and 1000; use 1 for the"
                                + " model's own distribution (line 9)",
                        "rewards[0].penalty was absent, must be there; add it, a number (line 12)",
                        "rewards[1].type was 'exact', must be one that there is; did you mean exactMatch? There are "
                                + String.join(", ", Rewards.FAMILY.names()) + " (line 14)",
                        "run.rounds was 0, must be at least 1; 200 is a short run (line 18)",
                        "rates.learningRate was absent, must be there; add it, a number",
                        "checkpoints.keepLast was 'two', must be a whole number; write a number such as 8 (line 20)",
                        "critic was there, must be absent, because grpo does not train one; leave it out (line 5)",
                        "run.groupSize was absent, must be there, because grpo learns from several texts of a task;"
                                + " write groupSize: 8 (line 17)",
                        "data.type was 'preferences', must be tasks, because grpo learns from these; change it, or take"
                                + " another algorithm (line 6)");
    }

    @Test
    void anOnlineAlgorithmNeedsRolloutRewardsAndAReference() {
        String yaml = TestRun.offline("rloo", "tasks", "tasks.jsonl");
        assertThat(refusal(yaml).lines().map(String::strip))
                .containsExactly(
                        "run.yaml has 4 problems:",
                        "reference was absent, must be there, because rloo compares with one; write reference: start, or"
                                + " change the algorithm",
                        "rollout was absent, must be there, because rloo learns from what the policy writes; write"
                                + " rollout: {maxNewTokens: 256}",
                        "rewards was absent, must be at least one, because rloo learns from rewards; write rewards:"
                                + " [{type: maths}]",
                        "run.groupSize was absent, must be there, because rloo learns from several texts of a task; write"
                                + " groupSize: 8 (line 4)");
    }

    @Test
    void anOfflineAlgorithmHasNoRolloutAndNoRewards() {
        String yaml = TestRun.online("simPo") + "reference: start\n";
        assertThat(refusal(yaml).lines().map(String::strip))
                .containsExactly(
                        "run.yaml has 5 problems:",
                        "reference was there, must be absent, because simPo does not use one; leave it out, it would"
                                + " cost memory (line 11)",
                        "rollout was there, must be absent, because simPo learns from examples and samples nothing; leave"
                                + " it out (line 9)",
                        "rewards was there, must be absent, because simPo learns from examples and samples nothing; leave"
                                + " it out (line 10)",
                        "run.groupSize was 4, must be 1, because simPo learns from examples and samples nothing; leave it"
                                + " out (line 4)",
                        "data.type was 'tasks', must be preferences, because simPo learns from these; change it, or take"
                                + " another algorithm (line 3)");
    }

    @Test
    void ppoNeedsACritic() {
        assertThat(refusal(TestRun.online("ppo") + "reference: start\n"))
                .isEqualTo("run.yaml has 1 problem:\n  critic was absent, must be there, because ppo trains one; write"
                        + " critic: separate");
    }

    @Test
    void conversationsAreWrittenAsSuch() {
        String yaml = TestRun.online("grpoTrl").replace("[FOLDER/tasks.jsonl]}", "[tasks.jsonl], prompt: chat}");
        assertThat(refusal(yaml))
                .isEqualTo("run.yaml has 1 problem:\n  rollout.format was text, must be chat, because data.prompt is;"
                        + " write format: chat (line 9)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Chat", "CHAT", "{type: chat, system: Be brief.}", "{type: Chat}"})
    void conversationsAreFoundHoweverTheyAreWritten(String prompt) {
        String training =
                TestRun.online("grpoTrl").replace("[FOLDER/tasks.jsonl]}", "[tasks.jsonl], prompt: " + prompt + "}");
        assertThat(refusal(training))
                .isEqualTo("run.yaml has 1 problem:\n  rollout.format was text, must be chat, because data.prompt is;"
                        + " write format: chat (line 9)");
        assertThat(refusal(training.replace("maxNewTokens: 12", "maxNewTokens: 12, format: Chat")))
                .isEqualTo("nothing");
        String evaluation = TestRun.online("grpoTrl")
                + "evaluation: {data: {type: tasks, files: [tasks.jsonl], prompt: " + prompt + "}}\n";
        assertThat(refusal(evaluation))
                .isEqualTo("run.yaml has 1 problem:\n  rollout.format was text, must be chat, because"
                        + " evaluation.data.prompt is; write format: chat (line 9)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE"})
    void whatIsRemovedIsAbsent(String none) {
        assertThat(refusal(TestRun.online("grpo") + "reference: " + none + "\n"))
                .isEqualTo("run.yaml has 1 problem:\n  reference was absent, must be there, because grpo compares with"
                        + " one; write reference: start, or change the algorithm (line 11)");
        assertThat(refusal(TestRun.online("grpoTrl") + "reference: " + none + "\n"))
                .isEqualTo("nothing");
        assertThat(refusal(TestRun.offline("simPo", "Preferences", "pairs.jsonl")
                        .replace("tasksPerRound: 4", "tasksPerRound: 4, groupSize: " + none)))
                .isEqualTo("nothing");
    }

    @Test
    void numbersInQuotesAreComparedToo() {
        assertThat(refusal(TestRun.online("{type: drGrpo, maxNewTokens: '13'}")))
                .isEqualTo("run.yaml has 1 problem:\n  algorithm.maxNewTokens was \"13\", must be"
                        + " rollout.maxNewTokens, which is 12; write the same number twice (line 2)");
    }

    @Test
    void twoNumbersThatMustBeTheSameAre() {
        assertThat(refusal(TestRun.online("{type: drGrpo, maxNewTokens: 13}")))
                .isEqualTo("run.yaml has 1 problem:\n  algorithm.maxNewTokens was 13, must be rollout.maxNewTokens,"
                        + " which is 12; write the same number twice (line 2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: class, className: org.nowhere.None} | rewards[0].className was org.nowhere.None, must be a class"
                        + " on the class path; add its jar or folder to -cp",
                "{type: class, className: java.lang.String} | rewards[0].className was java.lang.String, must implement"
                        + " org.rft4j.core.reward.Reward; implement it, with a public constructor without parameters",
                "{type: pattern, pattern: '(', example: x} | rewards[0].pattern was '(', must be a regular expression;"
                        + " write one in single quotes",
                "{type: keywords, required: Lily} | rewards[0].required was 'Lily', must be a list; put it in [brackets],"
                        + " or begin each line with a dash"
            })
    void aRewardIsRefusedWithItsPath(String reward, String text) {
        String yaml = TestRun.online("grpoTrl").replace("{type: keywords, required: [Lily]}", reward);
        assertThat(refusal(yaml)).isEqualTo("run.yaml has 1 problem:\n  " + text + " (line 10)");
    }

    @Test
    void whatIsNoYamlIsRefused() {
        assertThatThrownBy(() -> Document.of("run.yaml", "model: {folder: x"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("run.yaml was not YAML in line 1, must be YAML (");
        assertThatThrownBy(() -> Document.of("run.yaml", "folder: a\nfolder: b\n"))
                .hasMessageContaining("Duplicate")
                .hasMessageStartingWith("run.yaml was not YAML in line 2");
        assertThatThrownBy(() -> Document.of("run.yaml", ""))
                .hasMessage("run.yaml was empty, must be keys with values; begin with model:");
    }
}
