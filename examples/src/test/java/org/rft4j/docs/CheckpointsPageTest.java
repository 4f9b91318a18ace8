package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/** The code of docs/checkpoints.md. */
class CheckpointsPageTest {
    @Test
    void whatWasTrainedIsLoaded() throws IOException {
        CheckpointPlan plan = new CheckpointPlan(50, 2, false);

        try (Stories stories = new Stories();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            RunEnd end = train(stories, engine, plan);
            try (LanguageModel trained =
                    LanguageModel.load(end.last().orElseThrow().resolve("model"), engine)) {
                String text = trained.generate("Once upon a time", GenerateOptions.greedy(12))
                        .text();
                assertThat(text).startsWith("Lily Lily");
            }
        }
    }

    private static RunEnd train(Stories stories, TensorEngine engine, CheckpointPlan plan) throws IOException {
        Path folder = stories.fresh("run");
        try (LanguageModel model = LanguageModel.load(stories.folder(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .offline(
                                LikelihoodPresets.sft(),
                                ExampleRows.completions(ExampleEncoder.of(
                                        model.tokenizer(), Optional.empty(), EncodeOptions.of(64, OverLength.REFUSE))),
                                Epochs.shuffled(
                                        Datasets.of(List.of(new PromptCompletion(
                                                "one",
                                                Prompt.of("Once upon a time"),
                                                Answer.of(" Lily Lily Lily Lily Lily Lily"),
                                                Map.of()))),
                                        1,
                                        Epochs.FOREVER))
                        .run(RunOptions.of(20, 1, 1, 1))
                        .rates(Rates.constant(1e-3))
                        .checkpoints(plan)
                        .folder(folder)
                        .build()) {
            return trainer.run();
        }
    }
}
