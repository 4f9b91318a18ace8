package org.rft4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.model.family.ConfigOptions;
import org.rft4j.core.model.family.ModelFamilies;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.RopeScaling;
import org.rft4j.engine.random.KeyedRandom;

/** What configurations mean, in old spellings and new, and what is refused. */
class ModelConfigTest {
    private static DecoderConfig read(ObjectNode json) {
        return Checkpoints.Description.of(json, LoadOptions.DEFAULT).config();
    }

    private static ObjectNode golden(String name) {
        return JsonDocuments.read(GoldenModel.root().resolve(name).resolve("config.json"));
    }

    private static ObjectNode changed(String name, Consumer<ObjectNode> change) {
        ObjectNode json = golden(name);
        change.accept(json);
        return json;
    }

    static List<String> withOldSpelling() {
        return GoldenModel.folders("config.v4.json");
    }

    @ParameterizedTest
    @MethodSource("withOldSpelling")
    void oldSpellingsMeanTheSame(String name) {
        Path old = GoldenModel.root().resolve(name).resolve("config.v4.json");
        assertThat(read(JsonDocuments.read(old))).isEqualTo(read(golden(name)));
    }

    @Test
    void everyFamilyHasAGoldenModel() {
        Set<String> covered = new java.util.HashSet<>();
        GoldenModel.causal().forEach(name -> {
            if (!name.equals("stories260K")) {
                covered.add(golden(name).get("model_type").asText());
            }
        });
        assertThat(covered).containsExactlyInAnyOrderElementsOf(ModelFamilies.names());
    }

    /** Options that a model may ask for and rft4j does not do, or does not know. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama | model_type | \"mamba\" | model_type in config.json was mamba, must be one of [llama, mistral,",
                "llama | hidden_act | \"relu2\" | hidden_act in config.json was relu2, must be silu, gelu, relu",
                "llama | clever_attention | true | was [clever_attention], must all be known",
                "llama | partial_rotary_factor | 0.5 | partial_rotary_factor in config.json was 0.5, must be 1",
                "llama | rope_parameters | {\"rope_type\":\"spiral\"} | rope_type in config.json was spiral, must be one of",
                "llama | rope_parameters | {\"rope_type\":\"default\",\"twist\":2} | options of rope_parameters in config.json was [twist]",
                "llama | rope_parameters | {\"rope_type\":\"linear\",\"factor\":0.5} | factor of a rope scaling was 0.5",
                "llama | is_encoder_decoder | true | is_encoder_decoder in config.json was true, must be false",
                "llama | vocab_size | \"many\" | vocab_size in config.json was \"many\", must be a whole number",
                "llama | hidden_size | null | hidden_size in config.json was null, must be a whole number",
                "llama | num_key_value_heads | 3 | keyValueHeads was 3, must be positive and divide the number of heads",
                "llama | tie_word_embeddings | 1 | tie_word_embeddings in config.json was 1, must be true or false",
                "llama | quantization_config | {\"bits\":4} | was [quantization_config], must all be known",
                "qwen2_window | layer_types | [\"full_attention\"] | number of layer_types in config.json was 1",
                "qwen2_window | layer_types | [\"chunked\",\"chunked\"] | a layer type in config.json was chunked",
                "gemma3_text | attn_logit_softcapping | 50.0 | attn_logit_softcapping in config.json was 50.0, must be null",
                "gemma3_text | use_bidirectional_attention | true | use_bidirectional_attention in config.json was true",
                "phi3 | attention_bias | true | attention_bias in config.json was true, must be false",
                "mistral | layer_types | [\"full_attention\"] | was [layer_types], must all be known",
                "llama | architectures | [\"LlamaBidirectionalModel\"] | architectures in config.json was LlamaBidirectionalModel, must be LlamaForCausalLM or",
                "llama | num_hidden_layers | -1 | num_hidden_layers in config.json was -1, must be from 1 to 4096",
                "llama | num_hidden_layers | 200000000 | num_hidden_layers in config.json was 200000000, must be from 1",
                "gpt2 | n_layer | 0 | n_layer in config.json was 0, must be from 1 to 4096",
                "gemma3_text | sliding_window_pattern | 0 | sliding_window_pattern in config.json was 0, must be from 1",
                "smollm3 | no_rope_layer_interval | 0 | no_rope_layer_interval in config.json was 0, must be from 1",
                "smollm3 | no_rope_layers | 4 | no_rope_layers in config.json was 4, must be a list",
                "llama | rope_parameters | {\"rope_type\":\"linear\"} | factor in config.json was null, must be given",
                "phi3 | full_attn_mod | 2 | full_attn_mod in config.json was 2, must be 1",
                "gpt_neox | head_dim | 64 | head_dim in config.json was 64, must be",
                "gpt2 | scale_attn_weights | false | scale_attn_weights in config.json was false, must be true",
                "gpt2_inverse_layer | n_ctx | 1 | scale_attn_by_inverse_layer_idx in config.json was true, must be false",
                "phi3_longrope | rope_parameters | {\"rope_type\":\"longrope\",\"short_factor\":[1],\"long_factor\":[2],\"partial_rotary_factor\":0.75} | number of long-rope factors was 1, must be half the rotated width, 3"
            })
    void whatIsNotHonouredIsRefusedByName(String model, String option, String value, String message) {
        ObjectNode json = changed(model, config -> config.set(option, parse(value)));
        assertThatThrownBy(() -> frequencies(read(json)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    /** What a decoder asks its configuration for when it is built. */
    private static void frequencies(DecoderConfig config) {
        if (config.positions() instanceof PositionConfig.Rotary rotary) {
            for (PositionConfig.Kind kind : rotary.kinds()) {
                kind.scaling().frequencies(kind.theta(), kind.width(), config.contextLength());
            }
        }
    }

    @Test
    void anUnknownOptionCanBeVouchedFor() {
        ObjectNode json = changed("llama", config -> config.put("clever_attention", true));
        DecoderConfig config = Checkpoints.Description.of(json, LoadOptions.DEFAULT.ignoring("clever_attention"))
                .config();
        assertThat(config).isEqualTo(read(golden("llama")));
    }

    @Test
    void nestedOptionsCanBeVouchedForToo() {
        ObjectNode json = changed(
                "llama_rope_yarn", config -> ((ObjectNode) config.get("rope_parameters")).put("finetuned", true));
        LoadOptions options = LoadOptions.DEFAULT.ignoring("finetuned").ignoring("architectures");
        assertThat(options.ignored()).containsExactlyInAnyOrder("finetuned", "architectures");
        assertThat(Checkpoints.Description.of(json, options).config()).isEqualTo(read(golden("llama_rope_yarn")));
    }

    /** As transformers has it: an empty one counts as absent, and no window is no window. */
    @Test
    void emptyAndNullOptions() {
        ObjectNode emptyScaling = changed("llama_rope_linear", config -> config.putObject("rope_scaling"));
        assertThat(read(emptyScaling)).isEqualTo(read(golden("llama_rope_linear")));
        ObjectNode noWindow = changed("qwen2", config -> {
            config.put("use_sliding_window", true);
            config.putNull("sliding_window");
            config.put("max_window_layers", 0);
            config.remove("layer_types");
        });
        assertThat(read(noWindow).attention().windows()).containsOnly(0);
    }

    @Test
    void longRopeOfOtherFamiliesStartsAtItsOriginalLengthToo() {
        ObjectNode json = changed(
                "llama",
                config -> config.set(
                        "rope_parameters",
                        parse(
                                "{\"rope_type\":\"longrope\","
                                        + "\"original_max_position_embeddings\":8,\"short_factor\":[1,1],\"long_factor\":[2,2],\"rope_theta\":100}")));
        json.put("head_dim", 4);
        assertThat(read(json).contextLength()).isEqualTo(8);
    }

    /** What Phi-4-mini's configuration has beside Phi-3's options. */
    @Test
    void phi4MiniSpellsOutWhatItDoesNotDo() {
        ObjectNode json = changed("phi3", config -> {
            config.put("full_attn_mod", 1);
            config.put("interpolate_factor", 1);
            config.put("lm_head_bias", false);
            config.put("mlp_bias", false);
            config.put("attention_bias", false);
        });
        assertThat(read(json)).isEqualTo(read(golden("phi3")));
    }

    /** Whatever is changed in a configuration, the answer is a decoder or a sentence. */
    @Test
    void mutatedConfigurationsEndInASentence() {
        KeyedRandom random = KeyedRandom.ofSeed(Long.getLong("rft4j.fuzz.seed", 4));
        String[] values = {"null", "-1", "0", "1", "3", "1e9", "2.5", "true", "\"x\"", "[]", "[1]", "{}", "{\"a\":1}"};
        List<String> models = GoldenModel.folders("config.json").stream()
                .filter(name -> !name.endsWith("_lora"))
                .toList();
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            KeyedRandom draw = random.derive(i);
            ObjectNode json = golden(models.get((int) (draw.uniform(0) * models.size())));
            for (int change = 0; change < 2; change++) {
                List<String> names = new java.util.ArrayList<>();
                json.fieldNames().forEachRemaining(names::add);
                String name = names.get((int) (draw.uniform(2 + 2 * change) * names.size()));
                json.set(name, parse(values[(int) (draw.uniform(3 + 2 * change) * values.length)]));
            }
            try {
                read(json);
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).contains(" was ", ", must ", "; ");
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 3900);
    }

    @Test
    void unknownOptionsThatAreNullAskForNothing() {
        assertThat(read(changed("llama", config -> config.putNull("clever_attention"))))
                .isEqualTo(read(golden("llama")));
    }

    @Test
    void silentFilesMeanWhatTheFamilyMeans() {
        ObjectNode bare = parse("{\"model_type\":\"qwen3\",\"vocab_size\":100,\"hidden_size\":64,"
                        + "\"intermediate_size\":96,\"num_hidden_layers\":2,\"num_attention_heads\":32}")
                .deepCopy();
        DecoderConfig config = ModelFamilies.of("qwen3").read(new ConfigOptions(bare));
        assertThat(config.attention().headWidth()).isEqualTo(128);
        assertThat(config.attention().keyValueHeads()).isEqualTo(32);
        assertThat(config.contextLength()).isEqualTo(32_768);
        assertThat(config.head().tied()).isFalse();
        assertThat(config.norms().eps()).isEqualTo(1e-6);
    }

    @Test
    void capsAreOffWhenNullAndUsualWhenAbsent() {
        assertThat(read(changed("gemma2", config -> config.putNull("attn_logit_softcapping")))
                        .attention()
                        .softcap())
                .isZero();
        assertThat(read(changed("gemma2", config -> config.remove("final_logit_softcapping")))
                        .head()
                        .softcap())
                .isEqualTo(30);
    }

    @Test
    void longScalingsStartAtTheirOriginalLength() {
        assertThat(read(golden("phi3_longrope")).contextLength()).isEqualTo(16);
        DecoderConfig longer = Checkpoints.Description.of(
                        golden("phi3_longrope"), LoadOptions.DEFAULT.withContextLength(60))
                .config();
        RopeScaling scaling =
                ((PositionConfig.Rotary) longer.positions()).kinds().get(0).scaling();
        float[] shorter = scaling.frequencies(500, 6, 16);
        float[] longest = scaling.frequencies(500, 6, longer.contextLength());
        assertThat(longest[2] * 4).isCloseTo(shorter[2] * 1.5f, org.assertj.core.data.Offset.offset(1e-6f));
        assertThatThrownBy(() -> read(golden("gpt2")).withContextLength(5000))
                .hasMessageContaining("contextLength was 5000, must be at most the number of learned positions");
    }

    private static com.fasterxml.jackson.databind.JsonNode parse(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
