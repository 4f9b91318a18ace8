package org.rft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.cli.TestRun.Said;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rewards.run.Normalisation;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rewards.run.RewardPanel;
import org.rft4j.rewards.text.KeywordReward;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The command {@code run}, on a model of 260,000 parameters. */
class RunCommandTest {
    private static final String GRPO = TestRun.online("grpo") + "reference: start\n";

    private static final String DPO = TestRun.offline("dpo", "preferences", "pairs.jsonl") + "reference: start\n";

    @TempDir
    private Path folder;

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl"));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(folder::relativize).map(Path::toString).sorted().toList();
        }
    }

    @Test
    void aDryRunTellsTheWholeConfigurationAndWritesNothing() throws IOException {
        TestRun run = new TestRun(folder);
        run.file(GRPO);
        List<String> before = files();
        Said said = run.say(GRPO, "--dry-run", "--set", "run.rounds=7");
        assertThat(said.err()).isEmpty();
        assertThat(said.status()).isZero();
        assertThat(said.out())
                .startsWith("# run.rounds is set by --set\nengine:\n  device: cpu\n")
                .contains("\n  rounds: 7\n", "\n    coefficient:\n      type: fixed\n      initial: 0.04\n")
                .contains("\nreward, sample answers    ok       6 earn 1.000, empty ones 0.000\n")
                .endsWith("\nNothing was trained.\n");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void trainsToTheSameBitsAsTheSameRunInJava() throws IOException {
        TestRun run = new TestRun(folder);
        Said said = run.say(GRPO);
        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .endsWith("The run ended after 2 steps (FINISHED); its files are in %1$s\nThe last checkpoint is %1$s/"
                                .formatted(run.run())
                        + "checkpoints/step-00000002\n");
        Path inJava = folder.resolve("java");
        grpoInJava(inJava);
        assertThat(metrics(run.run())).hasSize(2).isEqualTo(metrics(inJava));
    }

    private void grpoInJava(Path of) {
        Dataset<TaskRecord> tasks = Datasets.inMemory(
                        JsonlFile.of(folder.resolve("tasks.jsonl")),
                        RowMapping.asIs().tasks(),
                        BadRows.fail())
                .records();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(TestRun.model(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Reference start = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly());
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(12, 1), 1, model.usableTokens()));
                RewardPanel panel = new RewardPanel(
                        List.of(PanelMember.ofSample(KeywordReward.of(List.of("Lily"), List.of()))),
                        new Normalisation.None(),
                        2,
                        16);
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(Presets.grpo())
                        .reference(start)
                        .tasks(tasks)
                        .rollout(rollout)
                        .reward(panel.scorer())
                        .run(RunOptions.of(2, 2, 4, 1))
                        .rates(Rates.constant(1e-3))
                        .checkpoints(new CheckpointPlan(1, 2, false))
                        .folder(of)
                        .build()) {
            trainer.run();
        }
    }

    @Test
    void aRunOfPreferencesGoesOnWhereItWasStopped() throws IOException {
        TestRun run = new TestRun(folder);
        assertThat(run.say(DPO, "--set", "run.rounds=3").status()).isZero();
        List<String> undisturbed = metrics(run.run());
        Path second = folder.resolve("second");
        assertThat(run.say(DPO, "--set", "folder=" + second).out()).contains("The run ended after 2 steps");
        Said more = run.say(DPO, "--set", "folder=" + second, "--set", "run.rounds=3");
        assertThat(more.out()).contains("The run ended after 3 steps");
        assertThat(metrics(second)).hasSize(3).isEqualTo(undisturbed);
    }

    @Test
    void theEnvironmentSetsValues() throws IOException {
        TestRun run = new TestRun(folder);
        Path file = run.file(DPO);
        Said said =
                TestRun.say(Map.of("RFT4J_SET_RUN__ROUNDS", "1", "RFT4J_SHARED", "/nowhere"), "run", file.toString());
        assertThat(said.out()).startsWith("# run.rounds is set by RFT4J_SET_RUN__ROUNDS\n");
        assertThat(metrics(run.run())).hasSize(1);
        Said refused = TestRun.say(Map.of("RFT4J_SET_RUN__ROUND", "1"), "run", file.toString());
        assertThat(refused.status()).isEqualTo(Rft4j.WRONG_INPUT);
        assertThat(refused.err())
                .isEqualTo(file + " has 1 problem:\n  run.round was 1, must not be there, because run has no such key;"
                        + " did you mean rounds? There are rounds, tasksPerRound, groupSize, passMark, seed,"
                        + " mostEmptyRounds (RFT4J_SET_RUN__ROUND)\n");
    }

    @Test
    void aRunThatCannotBeginTellsWhy() {
        TestRun run = new TestRun(folder);
        String ppoOfOne = TestRun.online("grpoTrl").replace("groupSize: 4", "groupSize: 1");
        Said said = run.say(ppoOfOne);
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.out()).contains("ERROR group_of_one");
        assertThat(run.run()).doesNotExist();
    }

    @Test
    void evaluatesAndReports() throws IOException {
        TestRun run = new TestRun(folder);
        String yaml = DPO + """
                evaluation:
                  data: {type: preferences, files: [FOLDER/pairs.jsonl], limit: 2}
                  everySteps: 1
                  best: {metric: eval_loss, better: lower}
                """;
        Said said = run.say(yaml);
        assertThat(said.out()).contains("The best checkpoint is ");
        assertThat(metrics(run.run())).anyMatch(line -> line.contains("\"eval_loss\":"));
        Said report = TestRun.say(Map.of(), "report", run.run().toString());
        assertThat(report.out()).isEqualTo(run.run().resolve("report.html") + "\n");
        assertThat(run.run().resolve("report.html")).content().contains("eval_loss");
    }

    @Test
    void tellsVersionHelpAndOptions() {
        assertThat(TestRun.say(Map.of(), "--version").out()).matches("rft4j \\d+\\.\\d+\\.\\d+\\S*\\R");
        assertThat(TestRun.say(Map.of(), "run", "--help").out())
                .contains(
                        "Usage: rft4j run", "--dry-run", "--set=PATH=VALUE", "To start over, delete the run's folder");
        assertThat(TestRun.say(Map.of(), "options", "nft").out())
                .startsWith("type: nft\npassMark: 1.0\nleastPassRate: 0.02\nquestionWeight: failureRate\n");
        assertThat(TestRun.say(Map.of(), "options").out()).startsWith("algorithms: grpo, grpoTrl, ");
        assertThat(TestRun.say(Map.of(), "options", "dqo").err())
                .startsWith("name was dqo, must be that of an algorithm");
    }
}
