package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every value of a GGUF model is honoured, known to change nothing, or refused by name. */
class GgufValuesTest {
    @TempDir
    private Path folder;

    @Test
    void valuesThatChangeNothingLoad() {
        ObjectNode plain = config("llama", Map.of());
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("general.type", "model");
        values.put("general.size_label", "8.2M");
        values.put("general.file_type", 0);
        values.put("general.quantization_version", 2);
        values.put("llama.vocab_size", 8);
        values.put("llama.attention.causal", true);
        values.put("llama.attention.scale", 0.5f);
        values.put("llama.attention.sliding_window", 0);
        values.put("llama.expert_count", 0);
        values.put("llama.rope.scaling.type", "none");
        values.put("llama.rope.scaling.factor", 1f);
        values.put("llama.rope.scaling.finetuned", false);
        values.put("tokenizer.ggml.add_bos_token", true);
        assertThat(config("llama", values)).isEqualTo(plain);
    }

    @Test
    void valuesThatWouldChangeTheModelAreRefused() {
        assertRefused("llama", "attention.sliding_window", 64, "llama.attention.sliding_window was 64, must be 0");
        assertRefused("qwen2", "attention.sliding_window", 64, "qwen2.attention.sliding_window was 64, must be 0");
        assertRefused("qwen3", "attention.causal", false, "qwen3.attention.causal was false, must be true");
        assertRefused("llama", "use_parallel_residual", true, "llama.use_parallel_residual was true, must be false");
        assertRefused("llama", "expert_count", 8, "llama.expert_count was 8, must be 0");
        assertRefused("llama", "attention.scale", 0.25f, "llama.attention.scale was 0.25, must be 0.5");
        assertRefused(
                "gemma2",
                "attention.sliding_window_pattern",
                4,
                "gemma2.attention.sliding_window_pattern was 4, must be 2");
        assertRefused("gemma3", "attention.sliding_window_pattern", 0, "_pattern was 0, must be positive");
        assertRefused(
                "llama",
                "logit_scale",
                0.5f,
                "values of the model was [llama.logit_scale], must all be known: one that is passed over may change what "
                        + "the model computes; use a safetensors checkpoint");
        assertRefused("llama", "rope.scale_linear", 2f, "was [llama.rope.scale_linear], must all be known");
        assertRefused("llama", "rope.scaling.attn_factor", 2f, "was [llama.rope.scaling.attn_factor], must all be");
    }

    @Test
    void partsOfHeadsAreRefused() {
        for (String key : new String[] {"llama.rope.dimension_count", "llama.attention.value_length"}) {
            assertBytesRefused(integerReplaced(golden("llama"), key, 2), key + " was 2, must be the size of a head, 4");
        }
        assertBytesRefused(
                integerReplaced(golden("llama"), "llama.attention.key_length", 0),
                "llama.attention.key_length was 0, must be positive");
    }

    @Test
    void scalingsOfAnglesAreThoseOfHuggingFace() {
        Map<String, Object> yarn = new LinkedHashMap<>();
        yarn.put("qwen3.rope.scaling.type", "yarn");
        yarn.put("qwen3.rope.scaling.factor", 4f);
        yarn.put("qwen3.rope.scaling.original_context_length", 32);
        yarn.put("qwen3.rope.scaling.yarn_ext_factor", 1f);
        yarn.put("qwen3.rope.scaling.yarn_attn_factor", 1.2f);
        yarn.put("qwen3.rope.scaling.yarn_beta_fast", 16f);
        yarn.put("qwen3.rope.scaling.yarn_beta_slow", 2f);
        assertThat(config("qwen3", yarn).get("rope_scaling").toString())
                .isEqualTo("{\"rope_type\":\"yarn\",\"factor\":4.0,\"original_max_position_embeddings\":32,"
                        + "\"attention_factor\":1.2,\"beta_fast\":16.0,\"beta_slow\":2.0}");
        yarn.put("qwen3.rope.scaling.yarn_ext_factor", 0.5f);
        assertBytesRefused(
                GgufBytes.withValues(golden("qwen3"), yarn), "qwen3.rope.scaling.yarn_ext_factor was 0.5, must be 1");
        assertThat(config("llama", Map.of("llama.rope.scaling.factor", 2f))
                        .get("rope_scaling")
                        .toString())
                .isEqualTo("{\"rope_type\":\"linear\",\"factor\":2.0}");
        assertRefused("llama", "rope.scaling.type", "longrope", "type was longrope, must be none, linear or yarn");
        assertBytesRefused(
                GgufBytes.withValues(golden("llama3_rope"), Map.of("llama.rope.scaling.factor", 2f)),
                "llama.rope.scaling.type was linear beside rope_freqs.weight, must be the only scaling of angles");
    }

    @Test
    void gemma3HasItsOwnPatternAndBase() {
        ObjectNode config = config(
                "gemma3", Map.of("gemma3.attention.sliding_window_pattern", 4, "gemma3.rope.freq_base_swa", 20_000f));
        assertThat(config.get("sliding_window_pattern").asInt()).isEqualTo(4);
        assertThat(config.get("rope_local_base_freq").asDouble()).isEqualTo(20_000);
        byte[] noWindow = integerReplaced(golden("gemma3"), "gemma3.attention.sliding_window", 0);
        assertThat(config(noWindow).get("sliding_window_pattern").asInt()).isEqualTo(1);
    }

    @Test
    void theVocabularySaysHowTextsEndAndChatsLook() {
        byte[] file = GgufBytes.withValues(
                golden("llama"), Map.of("tokenizer.ggml.padding_token_id", 3, "tokenizer.chat_template", "{{ x }}"));
        try (GgufModel model = GgufModel.open(TestFiles.write(folder.resolve("f.gguf"), file))) {
            assertThat(model.chatTemplate()).contains("{{ x }}");
            assertThat(model.config().get("bos_token_id").asInt()).isEqualTo(1);
            assertThat(model.config().get("eos_token_id").asInt()).isEqualTo(2);
            assertThat(model.config().get("pad_token_id").asInt()).isEqualTo(3);
            model.config().put("eos_token_id", 7);
            assertThat(model.config().get("eos_token_id").asInt()).isEqualTo(2);
        }
        try (GgufModel model = GgufModel.open(TestFiles.golden("llama.gguf"))) {
            assertThat(model.chatTemplate()).isEmpty();
        }
        assertBytesRefused(
                GgufBytes.withValues(golden("llama"), Map.of("tokenizer.ggml.padding_token_id", "x")),
                "tokenizer.ggml.padding_token_id was \"x\", must be a whole number");
    }

    @Test
    void anEmbeddingHasTwoDimensions() {
        byte[] file = golden("llama3_rope");
        int shape = indexBehind(file, "token_embd.weight");
        byte[] scalar = new byte[file.length];
        System.arraycopy(file, 0, scalar, 0, shape);
        System.arraycopy(file, shape + 20, scalar, shape + 4, 12); // type and offset follow the two dimensions
        int data = (shape + 32 + 31) / 32 * 32;
        System.arraycopy(file, data, scalar, (shape + 16 + 31) / 32 * 32, file.length - data);
        assertBytesRefused(
                scalar, "shape of tensor token_embd.weight was (), must have 2 dimensions, vocabulary and width");
    }

    private void assertRefused(String name, String key, Object value, String problem) {
        assertBytesRefused(GgufBytes.withValues(golden(name), Map.of(name + "." + key, value)), problem);
    }

    private void assertBytesRefused(byte[] content, String problem) {
        assertThatThrownBy(() -> config(content))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(problem);
    }

    private ObjectNode config(String name, Map<String, Object> values) {
        return config(GgufBytes.withValues(golden(name), values));
    }

    private ObjectNode config(byte[] content) {
        try (GgufModel model = GgufModel.open(TestFiles.write(folder.resolve("f.gguf"), content))) {
            return model.config();
        }
    }

    private static byte[] golden(String name) {
        return TestFiles.bytes(TestFiles.golden(name + ".gguf"));
    }

    /** Replaces the lowest byte of a 32-bit number. */
    private static byte[] integerReplaced(byte[] file, String key, int value) {
        byte[] copy = file.clone();
        copy[indexBehind(file, key) + 4] = (byte) value;
        return copy;
    }

    private static int indexBehind(byte[] file, String key) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(key);
        assertThat(at).isPositive();
        return at + key.length();
    }
}
