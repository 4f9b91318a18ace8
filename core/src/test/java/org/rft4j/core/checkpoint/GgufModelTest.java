package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;

/** GGUF models against what transformers makes of the same file. */
class GgufModelTest {
    /** transformers subtracts 1 from norms in another order of roundings. */
    private static final double NORM_TOLERANCE = 1e-6;

    private static final double CONFIG_TOLERANCE = 1e-6;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @TempDir
    private Path folder;

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma2", "gemma3"})
    void weightsAreThoseOfTheHuggingFaceModel(String name) {
        try (GgufModel model = GgufModel.open(TestFiles.golden(name + ".gguf"));
                TensorSource expected = TensorFiles.open(TestFiles.golden(name + ".safetensors"))) {
            TensorSource weights = model.weights();
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(expected.names());
            for (String tensor : weights.names()) {
                NDArray wanted = expected.load(tensor, Precision.FP32, manager);
                NDArray wide = weights.load(tensor, Precision.FP32, manager);
                NDArray narrow = weights.load(tensor, Precision.BF16, manager);
                assertThat(wide.getShape())
                        .isEqualTo(wanted.getShape())
                        .isEqualTo(weights.info(tensor).shape());
                double tolerance = tensor.endsWith("norm.weight") ? NORM_TOLERANCE : 0;
                assertThat(TestFiles.doubles(wide)).containsExactly(TestFiles.doubles(wanted), within(tolerance));
                assertThat(TestFiles.bytes(narrow)).isEqualTo(TestFiles.bytes(Precision.BF16.convert(wide)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma2", "gemma3"})
    void configurationIsThatOfTheHuggingFaceModel(String name) throws IOException {
        JsonNode expected =
                new ObjectMapper().readTree(TestFiles.golden(name + ".json").toFile());
        try (GgufModel model = GgufModel.open(TestFiles.golden(name + ".gguf"))) {
            assertThat(expected.size()).isGreaterThan(12);
            expected.properties().forEach(entry -> {
                JsonNode found = model.config().path(entry.getKey());
                if (entry.getValue().isDouble()) {
                    assertThat(found.asDouble())
                            .as(entry.getKey())
                            .isCloseTo(entry.getValue().asDouble(), within(CONFIG_TOLERANCE));
                } else {
                    assertThat(found.asText())
                            .as(entry.getKey())
                            .isEqualTo(entry.getValue().asText());
                }
            });
            assertThat(model.config().get("architectures").get(0).asText()).endsWith("ForCausalLM");
            assertThat(model.config().get("rms_norm_eps").asText()).isEqualTo("1.0E-6");
        }
    }

    @Test
    void architecturesAddTheirOwn() {
        assertThat(config("llama").get("attention_bias").asBoolean()).isFalse();
        JsonNode gemma2 = config("gemma2");
        assertThat(gemma2.get("sliding_window").asInt()).isEqualTo(64);
        assertThat(gemma2.get("query_pre_attn_scalar").asInt()).isEqualTo(8);
        JsonNode gemma3 = config("gemma3");
        assertThat(gemma3.get("rope_scaling").toString()).isEqualTo("{\"rope_type\":\"linear\",\"factor\":8.0}");
        assertThat(gemma3.get("sliding_window_pattern").asInt()).isEqualTo(6);
        assertThat(gemma3.get("rope_local_base_freq").asDouble()).isEqualTo(10_000);
        assertThat(gemma3.get("hidden_activation").asText()).isEqualTo("gelu_pytorch_tanh");
    }

    @Test
    void recoversTheRotationOfLlama3() {
        assertThat(config("llama3_rope").get("rope_scaling").toString())
                .isEqualTo("{\"rope_type\":\"llama3\",\"factor\":32.0,\"low_freq_factor\":1.0,"
                        + "\"high_freq_factor\":4.0,\"original_max_position_embeddings\":8192}");
        byte[] other = TestFiles.bytes(TestFiles.golden("llama3_rope.gguf"));
        Path path = TestFiles.write(folder.resolve("f.gguf"), replaced(other, "llama.rope.freq_base", 4, 0x48));
        assertThatThrownBy(() -> GgufModel.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(
                        "gguf: entry 15 of rope_freqs.weight was", "as in Llama 3.1 and later", "safetensors");
    }

    @Test
    void queryRowsAreApartAgainAndTheirManagers() {
        NDManager owner = TestEngine.engine().manager();
        long before = NativeMemory.liveArrays(owner);
        NDArray query;
        try (NativeScope inner = TestEngine.scope();
                GgufModel model = GgufModel.open(TestFiles.golden("llama.gguf"))) {
            query = model.weights().loadExact("model.layers.1.self_attn.q_proj.weight", owner);
            NDArray stored = model.file().loadExact("blk.1.attn_q.weight", inner.manager());
            for (int[] row : new int[][] {{0, 0}, {1, 2}, {2, 1}, {3, 3}, {5, 6}}) {
                assertThat(query.get(row[0]).toFloatArray())
                        .isEqualTo(stored.get(row[1]).toFloatArray());
            }
        }
        assertThat(NativeMemory.liveArrays(owner)).isEqualTo(before + 1);
        assertThat(query.getManager()).isSameAs(owner);
        query.close();
    }

    @Test
    void biasesOfLlamaAreReorderedToo() {
        ByteBuffer data = ByteBuffer.allocate(8 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 8; i++) {
            data.putFloat(i);
        }
        byte[] content = GgufBytes.oneTensor("blk.0.attn_k.bias", 0, data.array(), 8);
        GgufArchitecture llama = GgufArchitecture.named("llama").orElseThrow();
        String name = "model.layers.0.self_attn.k_proj.bias";
        try (GgufFile file = GgufFile.open(TestFiles.write(folder.resolve("f.gguf"), content))) {
            TensorSource weights = new HuggingFaceView(file, llama, 4, 2);
            assertThat(weights.load(name, Precision.FP32, manager).toFloatArray())
                    .containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
            TensorSource odd = new HuggingFaceView(file, llama, 4, 3);
            assertThatThrownBy(() -> odd.load(name, Precision.FP32, manager))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContainingAll("shape of tensor blk.0.attn_k.bias was (8)", "for each of 3 heads");
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> GgufModel.open(TestFiles.golden("blocks.gguf")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(
                        "general.architecture was test", "one of [llama, qwen2, qwen3, gemma2, gemma3]", "safetensors");
        byte[] llama = TestFiles.bytes(TestFiles.golden("llama.gguf"));
        assertRefused(renamed(llama, "blk.1.ffn_up", "blk.1.ffn_ux"), "tensor blk.1.ffn_ux.weight was unknown");
        assertRefused(renamed(llama, "llama.block_count", "llama.block_kount"), "llama.block_count was missing");
        assertRefused(renamed(llama, "token_embd", "token_embx"), "tensor token_embd.weight was missing");
        try (GgufModel model = GgufModel.open(TestFiles.golden("llama.gguf"))) {
            assertThatThrownBy(() -> model.weights().info("model.norm.wait"))
                    .hasMessageContainingAll("tensor model.norm.wait was missing", "near names are [model.norm.weight");
        }
    }

    private void assertRefused(byte[] content, String problem) {
        Path path = TestFiles.write(folder.resolve("f.gguf"), content);
        assertThatThrownBy(() -> GgufModel.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(problem);
    }

    private JsonNode config(String name) {
        try (GgufModel model = GgufModel.open(TestFiles.golden(name + ".gguf"))) {
            return model.config();
        }
    }

    private static byte[] renamed(byte[] file, String from, String to) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Replaces one byte of the value behind a key. */
    private static byte[] replaced(byte[] file, String key, int byteOfTypeAndValue, int value) {
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(key) + key.length() + byteOfTypeAndValue;
        file[at + 2] = (byte) value;
        return file;
    }
}
