package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The code of README.md. */
class ReadmeTest {
    private final Stories stories = new Stories();

    @AfterEach
    void free() {
        stories.close();
    }

    @Test
    void loadAModel() throws IOException {
        Path folder = stories.folder();
        Path copy = stories.fresh("copy");
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(2));
                LanguageModel model = LanguageModel.load(folder, engine)) {
            String story = model.generate("Once upon a time", GenerateOptions.greedy(40))
                    .text();
            Conversation question = Conversation.of(ChatMessage.user("What is the capital of France?"));
            String answer =
                    model.answer(question, GenerateOptions.sample(64, 1)).text();
            double[] logProbs =
                    model.score(model.tokenizer().encode(story, true).ids());
            model.save(copy, SaveOptions.DEFAULT);
            assertThat(story).contains("Lily");
            assertThat(answer).isNotEmpty();
            assertThat(logProbs.length).isGreaterThan(30);
        }
        assertThat(copy.resolve("config.json")).exists();
    }

    @Test
    void trainIt() throws IOException {
        Path adapterFolder = stories.fresh("adapter");
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(stories.folder(), engine)) {
            TokenBatch batch = TokenBatch.ofResponses(List.of(new long[] {1, 403}), List.of(new long[] {407, 261}));
            LoraConfig lora = LoraConfig.of(16, 32, LoraTargets.allLinear());
            try (Policy policy = Policy.of(model.weights(), Trainable.lora(lora));
                    AdamW optimizer = new AdamW(policy.parameters(), AdamWOptions.DEFAULT, engine.manager())) {
                try (NativeScope step = engine.openScope()) {
                    PolicyScores scores = policy.score(batch, PolicyScoreOptions.DEFAULT, step.manager());
                    NDArray gradient = batch.mask(step.manager()).mul(-1.0 / batch.scoredTokens());
                    scores.backward(gradient, null);
                    optimizer.step(1e-4);
                }
                PeftFolder.save(adapterFolder, policy.adapter().orElseThrow(), policy.model(), "my-base-model");
            }
        }
        assertThat(adapterFolder.resolve("adapter_config.json")).content().contains("my-base-model");
    }

    @Test
    void sampleAndReward() throws Exception {
        List<Score> scores = new ArrayList<>();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(stories.folder(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            TaskRecord task = TaskRecord.of("story-1", "Once upon a time").with("hero", "Lily");
            Reward names = sample ->
                    Score.of(sample.completion().contains(sample.task().text("hero")));
            try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
                List<SampleRequest> group = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    group.add(new SampleRequest(SampleKey.of(task.id(), i), task.prompt(), SamplingOptions.of(64, 7)));
                }
                for (Sample sample : sampler.sample(group)) {
                    Score score = names.score(RewardSample.of(task, sample.text()));
                    scores.add(score);
                }
            }
        }
        assertThat(scores).hasSize(8).allMatch(Score::applicable);
    }

    @Test
    void train() throws IOException {
        Path folder = stories.fresh("run");
        Screen screen = new Screen(new StringBuilder(), Terminal.plain());
        Reward reward = sample -> Score.of(sample.completion().split("the", -1).length - 1);
        Dataset<TaskRecord> tasks = Datasets.of(IntStream.range(0, 6)
                .mapToObj(i -> TaskRecord.of("story-" + i, "Once upon a time"))
                .toList());
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(2));
                LanguageModel model = LanguageModel.load(stories.folder(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything())) {
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
        }
    }
}
