package org.rft4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;
import org.rft4j.engine.random.KeyedRandom;

/** Folders whose parts do not belong together, and those that are written in another way. */
class CheckpointErrorsTest {
    private static final String QUERY = "model.layers.1.self_attn.q_proj.weight";

    @TempDir
    private Path temporary;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    private Map<String, NDArray> tensors(String name) {
        ModelWeights model = Checkpoints.load(GoldenModel.root().resolve(name), LoadOptions.DEFAULT, manager);
        return new LinkedHashMap<>(model.named());
    }

    private Path folder(String name, Map<String, NDArray> tensors) throws IOException {
        Files.copy(GoldenModel.root().resolve(name).resolve("config.json"), temporary.resolve("config.json"));
        SafetensorsWriter.writeFolder(temporary, tensors, SaveOptions.DEFAULT);
        return temporary;
    }

    private ModelWeights load(Path folder) {
        return Checkpoints.load(folder, LoadOptions.DEFAULT, manager);
    }

    @Test
    void aTensorIsMissing() throws IOException {
        Map<String, NDArray> tensors = tensors("llama");
        tensors.remove(QUERY);
        Path folder = folder("llama", tensors);
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensor " + QUERY + " was missing among")
                .hasMessageContaining("must be there for a model of type llama")
                .hasMessageContaining("check that config.json belongs to the weights");
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager()))
                .as("what was loaded before is freed")
                .isEqualTo(before);
    }

    @Test
    void aTensorIsTooMuch() throws IOException {
        Map<String, NDArray> tensors = tensors("llama");
        tensors.put("model.layers.0.self_attn.q_norm.weight", manager.ones(new Shape(4)));
        Path folder = folder("llama", tensors);
        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensors that no part of a llama model reads was"
                        + " [model.layers.0.self_attn.q_norm.weight], must not be there");
    }

    @Test
    void aTensorHasAnotherShape() throws IOException {
        Map<String, NDArray> tensors = tensors("llama");
        tensors.put(QUERY, manager.ones(new Shape(3, 16)));
        Path folder = folder("llama", tensors);
        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("shape of tensor " + QUERY + " was (3, 16), must be (")
                .hasMessageContaining("by config.json");
    }

    @Test
    void bodiesWithoutTheFirstPartOfTheirNames() throws IOException {
        Map<String, NDArray> bare = new LinkedHashMap<>();
        tensors("gpt2").forEach((name, tensor) -> bare.put(name.replace("transformer.", ""), tensor));
        bare.put("h.0.attn.bias", manager.ones(new Shape(1, 1, 8, 8)));
        ModelWeights loaded = load(folder("gpt2", bare));
        assertThat(loaded.weights()).containsKey(WeightKey.of(WeightRole.POSITION_EMBEDDING));
    }

    @Test
    void aRepeatedTiedHeadIsReadOnce() throws IOException {
        Map<String, NDArray> tensors = tensors("qwen2");
        tensors.put("lm_head.weight", tensors.get("model.embed_tokens.weight"));
        ModelWeights loaded = load(folder("qwen2", tensors));
        assertThat(loaded.config().head().tied()).isTrue();
        assertThat(loaded.weights()).doesNotContainKey(WeightKey.of(WeightRole.HEAD));
    }

    /** As in transformers: the file counts, not the flag. */
    @Test
    void aDifferentHeadIsNotTied() throws IOException {
        Map<String, NDArray> tensors = tensors("qwen2");
        NDArray embedding = java.util.Objects.requireNonNull(tensors.get("model.embed_tokens.weight"));
        tensors.put("lm_head.weight", embedding.mul(2));
        ModelWeights loaded = load(folder("qwen2", tensors));
        assertThat(loaded.config().head().tied()).isFalse();
        NDArray head = java.util.Objects.requireNonNull(loaded.weights().get(WeightKey.of(WeightRole.HEAD)));
        assertThat(head.toFloatArray()).isEqualTo(embedding.mul(2).toFloatArray());
        assertThat(loaded.options().get("tie_word_embeddings").asBoolean()).isFalse();
    }

    @Test
    void aRewardModelBeginsFromALanguageModel() {
        ModelWeights causal = load(GoldenModel.root().resolve("qwen2"));
        ClassifierWeights fresh = ClassifierWeights.from(causal, 1, 0, KeyedRandom.ofSeed(3));
        fresh.save(temporary, SaveOptions.DEFAULT);
        ObjectNode json = JsonDocuments.read(temporary.resolve("config.json"));
        assertThat(json.get("architectures").get(0).asText()).isEqualTo("Qwen2ForSequenceClassification");
        assertThat(json.get("id2label").size()).isEqualTo(1);
        ClassifierWeights loaded = Checkpoints.loadClassifier(temporary, LoadOptions.DEFAULT, manager);
        assertThat(loaded.padToken()).hasValue(0);
        assertThat(loaded.score().toFloatArray()).isEqualTo(fresh.score().toFloatArray());
        assertThatThrownBy(() -> ClassifierWeights.from(causal, 1, 9999, KeyedRandom.ofSeed(3)))
                .hasMessageContaining("padToken was 9999, must be a token of the model, below 48");
    }

    @Test
    void labelsAndScoresMustBeAsMany() throws IOException {
        ClassifierWeights model =
                Checkpoints.loadClassifier(GoldenModel.root().resolve("qwen2_reward"), LoadOptions.DEFAULT, manager);
        model.save(temporary, SaveOptions.DEFAULT);
        ObjectNode json = JsonDocuments.read(temporary.resolve("config.json"));
        json.putObject("id2label").put("0", "a").put("1", "b");
        JsonDocuments.write(temporary.resolve("config.json"), json);
        assertThatThrownBy(() -> Checkpoints.loadClassifier(temporary, LoadOptions.DEFAULT, manager))
                .hasMessageContaining("rows of score.weight was 1, must be the number of labels in id2label");
    }

    @Test
    void classifiersGoInAndOutUnchanged() throws IOException {
        Path source = GoldenModel.root().resolve("qwen2_reward");
        try (ClassifierWeights model = Checkpoints.loadClassifier(source, LoadOptions.DEFAULT, manager)) {
            assertThat(model.padToken()).isPresent();
            model.save(temporary, SaveOptions.DEFAULT);
            assertThat(Files.readAllBytes(temporary.resolve("model.safetensors")))
                    .isEqualTo(Files.readAllBytes(source.resolve("model.safetensors")));
            ObjectNode saved = JsonDocuments.read(temporary.resolve("config.json"));
            assertThat(saved).isEqualTo(JsonDocuments.read(source.resolve("config.json")));
        }
        assertThatThrownBy(() -> load(source))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensor");
        assertThatThrownBy(() ->
                        Checkpoints.loadClassifier(GoldenModel.root().resolve("llama"), LoadOptions.DEFAULT, manager))
                .hasMessageContaining("tensor score.weight was missing");
    }

    @Test
    void whatIsNoModelFolder() throws IOException {
        assertThatThrownBy(() -> load(temporary.resolve("nowhere")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must be a folder with config.json and safetensors, or a GGUF file");
        assertThatThrownBy(() -> load(temporary)).hasMessageContaining("without config.json, must have one");
        Files.writeString(temporary.resolve("config.json"), "[1]");
        assertThatThrownBy(() -> load(temporary)).hasMessageContaining("content was no JSON object");
        Files.copy(
                GoldenModel.root().resolve("llama").resolve("config.json"),
                temporary.resolve("config.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> load(temporary))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("must hold model.safetensors or model.safetensors.index.json");
        Files.writeString(temporary.resolve("config.json"), "{}");
        assertThatThrownBy(() -> load(temporary))
                .hasMessageContaining("model_type in config.json was null, must be one of [llama");
    }
}
