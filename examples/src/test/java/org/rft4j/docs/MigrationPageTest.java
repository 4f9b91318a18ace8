package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The code of docs/migration-from-trl.md, and the names in its tables. */
class MigrationPageTest {
    private final NamedInPage names = new NamedInPage();

    @Test
    void whatTheTablesNameExists() throws IOException {
        String page = Files.readString(SnippetsTest.ROOT.resolve("docs/migration-from-trl.md"));
        List<String> named = new ArrayList<>(NamedInPage.inColumn(page, 1));
        named.addAll(NamedInPage.inColumn(page, 2));
        assertThat(named).hasSizeGreaterThan(120).contains("RunOptions.groupSize", "EntropyBonus.Adaptive.TRL");
        assertThat(named.stream().filter(name -> !names.exists(name)).toList())
                .as("names that nothing has")
                .isEmpty();
    }

    @Test
    void whatDoesNotExistIsFound() {
        assertThat(List.of("RunOptions", "PpoClip.low", "Schedule.Linear", "Reference.averageOf", "RewardScale.TRL"))
                .allMatch(names::exists);
        assertThat(List.of("RunOption", "PpoClip.lower", "Schedule.Square", "PpoClip.low.low", "Reference.Linear"))
                .noneMatch(names::exists);
        assertThat(NamedInPage.inColumn("| a `B` | `C.d(e)` or `f` | `G` |\nnone | `H` |", 1))
                .containsExactly("C.d");
    }

    @Test
    void theSameProgram() throws IOException {
        Dataset<TaskRecord> dataset = Datasets.of(IntStream.range(0, 6)
                .mapToObj(i -> TaskRecord.of("story-" + i, "Once upon a time"))
                .toList());
        try (Stories stories = new Stories();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(stories.folder(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            Path folder = stories.fresh("run");
            Reward usesThe = Reward.named(
                    "uses_the", sample -> Score.of(sample.completion().split("the", -1).length - 1));
            try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                    EpisodeRollout rollout = EpisodeRollout.of(
                            sampler,
                            EpisodeFormat.text(model.tokenizer()),
                            SingleTurn.factory(),
                            EpisodeOptions.of(SamplingOptions.of(16, 1), 1, 512));
                    Trainer trainer = Trainer.builder(engine, model, policy)
                            .algorithm(Presets.grpoTrl())
                            .tasks(dataset)
                            .rollout(rollout)
                            .reward(usesThe)
                            .run(RunOptions.of(2, 4, 8, 1))
                            .rates(Rates.constant(1e-4))
                            .folder(folder)
                            .build()) {
                trainer.run();
            }
            assertThat(Files.readString(folder.resolve("metrics.jsonl"))).contains("rewards/uses_the/mean");
        }
    }
}
