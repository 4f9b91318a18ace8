package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.group.GroupPolicyGradient;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.group.RowChoice;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.evaluation.EarlyStop;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Overlap;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The code of docs/training.md and docs/algorithms.md. */
class TrainingPageTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private final Reward reward =
            Reward.named("the", sample -> Score.of(sample.completion().split("the", -1).length - 1));
    private final Dataset<TaskRecord> tasks = Datasets.of(IntStream.range(0, 6)
            .mapToObj(i -> TaskRecord.of("story-" + i, "Once upon a time"))
            .toList());
    private final Dataset<TaskRecord> held = Datasets.slice(tasks, 0, 2);
    private final StringBuilder console = new StringBuilder();
    private LanguageModel model;
    private Policy policy;

    @BeforeEach
    void load() throws IOException {
        model = LanguageModel.load(stories.folder(), engine);
        policy = Policy.of(model.weights(), Trainable.everything());
    }

    @AfterEach
    void free() {
        policy.close();
        model.close();
        stories.close();
        engine.close();
    }

    @Test
    void endToEnd() {
        Path folder = stories.fresh("run");
        Screen screen = new Screen(console, Terminal.plain());

        SamplingOptions sampling = SamplingOptions.of(16, 1);
        try (FrozenReference start = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(sampling, 1, 512));
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(Presets.grpo())
                        .reference(start)
                        .tasks(tasks)
                        .rollout(rollout)
                        .reward(RewardScorer.of(reward))
                        .run(RunOptions.of(2, 4, 8, 1))
                        .rates(Rates.constant(1e-4))
                        .folder(folder)
                        .listeners(new ConsoleProgress(screen, 1), HtmlReport.every(folder, 10))
                        .build()) {
            PreflightReport report = trainer.preflight();
            if (report.passed()) {
                RunEnd end = trainer.runOrResume();
                assertThat(end.steps()).isEqualTo(2);
            }
            assertThat(report.passed()).as(report.toString()).isTrue();
            assertThat(report.toString()).contains("prompt lengths", "memory");
        }
        assertThat(console).contains("grpo: finished after 2 steps");
        for (String file : List.of(
                "metrics.jsonl", "timings.jsonl", "completions.jsonl", "events.jsonl", "report.html", "checkpoints")) {
            assertThat(folder.resolve(file)).exists();
        }
    }

    @Test
    void plansAndEvaluations() {
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(8, 1), 1, 64))) {
            EvaluationPlan plan =
                    new EvaluationPlan("eval", held, rollout, RewardScorer.of(reward), 4, EvaluationRule.of(1, 4));
            Goal goal = Goal.highest("eval_reward");
            Evaluations evaluations = Evaluations.every(50, plan)
                    .keepingBest(goal)
                    .stopping(new EarlyStop(goal, 5, 0.01, OptionalDouble.of(0.95)));

            assertThat(evaluations.plans()).containsExactly(plan);
        }
    }

    @Test
    void lossesOfExamples() {
        Objective objective = Presets.grpo();
        ExampleArrangement<LanguageModeling> arrangement = examples -> ArrangedRows.of(List.of());
        Dataset<LanguageModeling> heldOutTexts =
                Datasets.of(List.of(new LanguageModeling("one", Prompt.of("one"), Map.of())));
        ExampleEvaluation<LanguageModeling> heldOut =
                new ExampleEvaluation<>("held", objective, arrangement, heldOutTexts);
        Evaluations losses = Evaluations.every(50, heldOut).keepingBest(Goal.lowest("eval_held_loss"));

        assertThat(losses.plans()).containsExactly(heldOut);
    }

    @Test
    void stepsOfARound() {
        UpdatePlan plan = UpdatePlan.DEFAULT.withSteps(2, 4).withMicroBatches(4096, 32);

        assertThat(plan.stepsPerRound()).isEqualTo(8);
    }

    @Test
    void samplingAhead() {
        Overlap overlap = new Overlap(Reference.copyOf(policy), 1);

        assertThat(overlap.copy().version()).isZero();
        overlap.copy().close();
    }

    @Test
    void ownAlgorithm() {
        GroupPolicyGradient mine = new GroupPolicyGradient(Presets.dapo()
                .options()
                .withName("mine")
                .withRows(RowChoice.ENDED)
                .withCorrection(SamplerCorrection.TRUNCATED)
                .withEntropy(EntropyBonus.Adaptive.TRL));

        assertThat(mine.name()).isEqualTo("mine");
        assertThat(mine.needs().entropy()).isTrue();
    }
}
