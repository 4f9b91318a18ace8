package org.rft4j.core.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.Close;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;

/** What is written of a policy loads as what was trained. */
class ModelExportTest {
    private static final Path STORIES = Path.of("src/test/resources/models/stories260K");

    /** A merged weight is rounded once more than the product beside it. */
    private static final double RTOL_MERGED = 1e-4;

    @TempDir
    Path temporary;

    private final NativeScope scope = TestEngine.scope();
    private LanguageModel model;

    @BeforeEach
    void load() {
        model = LanguageModel.load(STORIES, TestEngine.engine());
    }

    @AfterEach
    void free() {
        model.close();
        scope.close();
    }

    @Test
    void aTrainedModel() {
        try (Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            change(policy);
            Path folder = exported(path -> ModelExport.write(path, policy, model, ""));
            try (LanguageModel loaded = LanguageModel.load(folder, TestEngine.engine())) {
                Map<String, NDArray> weights = loaded.weights().named();
                model.weights().named().forEach((name, weight) -> assertSameBits(name, weights.get(name), weight));
                assertThat(loaded.tokenizer().encode("Once upon a time", true).ids())
                        .isEqualTo(model.tokenizer()
                                .encode("Once upon a time", true)
                                .ids());
            }
        }
    }

    @Test
    void anAdapter() {
        try (Policy policy = Policy.of(model.weights(), lora())) {
            change(policy);
            Path folder = exported(path -> ModelExport.write(path, policy, model, "../base"));
            assertThat(folder.resolve("adapter_config.json")).content().contains("\"../base\"");
            assertThat(folder.resolve("tokenizer.json")).exists();
            LoraAdapter loaded = PeftFolder.load(folder, model.weights(), Set.of(), scope.manager());
            Map<String, NDArray> arrays = loaded.named(model.weights());
            policy.parameters()
                    .forEach(parameter ->
                            assertSameBits(parameter.name(), arrays.get(parameter.name()), parameter.weight()));
        }
    }

    @Test
    void anAdapterMergedIntoItsModel() {
        try (Policy policy = Policy.of(model.weights(), lora());
                Reference untouched = Reference.withoutAdapter(policy)) {
            change(policy);
            NDArray before = untouched
                    .score(batch(), PolicyScoreOptions.DEFAULT, scope.manager())
                    .logProbs();
            NDArray trained = policy.score(batch(), PolicyScoreOptions.DEFAULT, scope.manager())
                    .logProbs();
            Path folder = exported(path -> ModelExport.writeMerged(path, policy, model));
            assertSameBits(
                    "the model under the adapter",
                    untouched
                            .score(batch(), PolicyScoreOptions.DEFAULT, scope.manager())
                            .logProbs(),
                    before);
            assertThat(Close.doubles(trained)).isNotEqualTo(Close.doubles(before));
            try (LanguageModel loaded = LanguageModel.load(folder, TestEngine.engine());
                    Reference merged = Reference.of(loaded.weights())) {
                Close.assertClose(
                        "log-probs",
                        merged.score(batch(), PolicyScoreOptions.DEFAULT, scope.manager())
                                .logProbs(),
                        trained,
                        RTOL_MERGED);
            }
        }
    }

    @Test
    void aModelOfAnother() {
        try (LanguageModel other = LanguageModel.load(STORIES, TestEngine.engine());
                Policy policy = Policy.of(other.weights(), lora())) {
            assertThatThrownBy(() -> ModelExport.write(temporary.resolve("x"), policy, model, ""))
                    .hasMessage("model of the policy was another one, must be the given model;"
                            + " make the policy with Policy.of(model.weights(), ...)");
        }
    }

    /** Through a checkpoint, as runs do. */
    private Path exported(Consumer<Path> export) {
        try (CheckpointFolder folder = CheckpointFolder.open(temporary.resolve("run"));
                CheckpointWriter writer = folder.begin(1)) {
            writer.folder("model", export);
            writer.commit(JsonNodeFactory.instance.objectNode());
            return folder.newest().orElseThrow().path("model");
        }
    }

    private static Trainable lora() {
        return Trainable.lora(LoraConfig.of(2, 4, LoraTargets.named("q_proj", "down_proj")));
    }

    private void change(Policy policy) {
        for (Parameter parameter : policy.parameters()) {
            NDArray moved = parameter.weight().stopGradient().mul(1.25f).add(0.03125f);
            WeightUpdates.copy(List.of(parameter.weight()), List.of(moved));
        }
    }

    private static TokenBatch batch() {
        return TokenBatch.of(
                List.of(new long[] {1, 403, 407, 261, 378}), List.of(new boolean[] {false, true, true, true, true}));
    }
}
