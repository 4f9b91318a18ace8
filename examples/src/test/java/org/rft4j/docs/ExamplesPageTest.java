package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.iterated.Selections;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.algorithms.rewardmodel.BradleyTerry;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PrecomputedReference;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.ReferencePrecomputation;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The code of docs/examples.md. */
class ExamplesPageTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories work = new Stories();
    private final Dataset<Preference> pairs = Datasets.of(IntStream.range(0, 6)
            .mapToObj(i -> new Preference(
                    "pair-" + i,
                    Prompt.of("Once upon a time"),
                    Answer.of(" there was a dog. He was happy " + i),
                    Answer.of(" a red ball " + i),
                    Map.of()))
            .toList());
    private final Dataset<Preference> others = Datasets.slice(pairs, 0, 2);
    private final Dataset<PromptCompletion> stories = Datasets.of(IntStream.range(0, 6)
            .mapToObj(i -> new PromptCompletion(
                    "story-" + i, Prompt.of("One day"), Answer.of(", Tim went home. " + i), Map.of()))
            .toList());
    private LanguageModel model;
    private Policy policy;
    private ExampleEncoder encoder;

    @BeforeEach
    void load() throws IOException {
        model = LanguageModel.load(work.folder(), engine);
        policy = Policy.of(model.weights(), Trainable.everything());
        encoder = ExampleEncoder.of(model.tokenizer(), Optional.empty(), EncodeOptions.of(512, OverLength.KEEP_START));
    }

    @AfterEach
    void free() {
        policy.close();
        model.close();
        work.close();
        engine.close();
    }

    @Test
    void demonstrations() {
        Path folder = work.fresh("sft");

        ExampleEncoder encoder =
                ExampleEncoder.of(model.tokenizer(), Optional.empty(), EncodeOptions.of(512, OverLength.KEEP_START));
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                .offline(LikelihoodPresets.sft(), ExampleRows.completions(encoder), Epochs.shuffled(stories, 1, 2))
                .run(RunOptions.of(1_000, 4, 1, 1))
                .update(UpdatePlan.DEFAULT.withLayout(BatchLayout.packed(512)))
                .rates(Rates.constant(2e-5))
                .folder(folder)
                .build()) {
            RunEnd end = trainer.runOrResume();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.NO_MORE_DATA);
            assertThat(end.steps()).isEqualTo(3);
        }
    }

    @Test
    void preferences() throws IOException {
        Path dpoFolder = work.fresh("dpo");
        Path cache = work.fresh("reference");

        ExampleRows<Preference> rows = ExampleRows.preferences(encoder, EqualPairs.DROP);
        try (PrecomputedReference start =
                        ReferencePrecomputation.by(engine, model, policy).of(cache, pairs, 4, rows);
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .offline(PreferencePresets.dpo(0.1), rows, Epochs.shuffled(pairs, 1, 2))
                        .reference(start)
                        .run(RunOptions.of(1_000, 4, 1, 1))
                        .rates(Rates.constant(1e-6))
                        .evaluations(Evaluations.every(
                                10, new ExampleEvaluation<>("held_out", PreferencePresets.cpo(), rows, others)))
                        .folder(dpoFolder)
                        .build()) {
            trainer.runOrResume();
            assertThat(Files.readString(dpoFolder.resolve("metrics.jsonl")))
                    .contains("eval_held_out_loss", "rewards/accuracies");
        }
    }

    @Test
    void samplesThatAreChosen() throws IOException {
        Path onlineFolder = work.fresh("online");
        Dataset<TaskRecord> tasks = Datasets.of(IntStream.range(0, 4)
                .mapToObj(i -> TaskRecord.of("story-" + i, "Once upon a time"))
                .toList());
        Reward reward =
                Reward.named("length", sample -> Score.of(sample.completion().length()));
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(16, 1), 1, 512))) {
            try (Trainer trainer = Trainer.builder(engine, model, policy)
                    .iterated(PreferencePresets.iterativeDpo(0.1), Selections.rlhfWorkflow())
                    .tasks(tasks)
                    .rollout(rollout)
                    .reward(reward)
                    .run(RunOptions.of(2, 2, 8, 1))
                    .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                    .rates(Rates.constant(5e-7))
                    .folder(onlineFolder)
                    .build()) {
                trainer.run();
            }
            assertThat(Files.readString(onlineFolder.resolve("metrics.jsonl"))).contains("selection/units");
        }
    }

    @Test
    void rewardModels() {
        Path judgeFolder = work.fresh("judge");
        policy.close();

        long end = model.tokenizer().specialTokens().eosIds().get(0);
        ClassifierWeights weights = ClassifierWeights.from(model.weights(), 1, end, KeyedRandom.ofSeed(1));
        ExampleEncoder last = ExampleEncoder.of(
                model.tokenizer(),
                Optional.empty(),
                EncodeOptions.of(512, OverLength.DROP).training(TrainedTokens.LAST));
        try (RewardModel judge = RewardModel.trained(weights, Trainable.everything());
                Trainer trainer = Trainer.builder(engine, model.tokenizer(), judge)
                        .offline(
                                new BradleyTerry(BradleyTerry.Options.DEFAULT.withCentring(0.01)),
                                ExampleRows.preferences(last, EqualPairs.DROP),
                                Epochs.shuffled(pairs, 1, 1))
                        .run(RunOptions.of(1_000, 4, 1, 1))
                        .rates(Rates.constant(1e-5))
                        .folder(judgeFolder)
                        .build()) {
            trainer.run();
        }
        assertThat(judgeFolder.resolve("checkpoints/step-00000002/model/config.json"))
                .content()
                .contains("ForSequenceClassification");
    }
}
