package org.rft4j.core.model.family;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.AttentionConfig;
import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.PositionConfig;

/** Describes a decoder that was made here as a model of one of the families. */
public final class FreshConfig {
    private FreshConfig() {}

    /**
     * Writes the {@code config.json} of a Llama, of a Qwen3 where heads have norms, or of a Mistral where layers have
     * windows.
     *
     * @param config the decoder
     * @return options that read back as the same decoder
     */
    public static ObjectNode describe(DecoderConfig config) {
        AttentionConfig attention = config.attention();
        int window = attention.windows().get(0);
        ModelFamily family = ModelFamilies.of(
                attention.norm() == QueryKeyNorm.PER_HEAD ? "qwen3" : window > 0 ? "mistral" : "llama");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("architectures").add(family.causalArchitecture());
        json.put("model_type", family.modelType());
        json.put("vocab_size", config.vocabulary());
        json.put("hidden_size", config.width());
        json.put("intermediate_size", config.feedForward().inner());
        json.put("num_hidden_layers", config.layers());
        json.put("num_attention_heads", attention.heads());
        json.put("num_key_value_heads", attention.keyValueHeads());
        json.put("head_dim", attention.headWidth());
        json.put("hidden_act", config.feedForward().activation().name().toLowerCase(Locale.ROOT));
        json.put("max_position_embeddings", config.contextLength());
        json.put("rms_norm_eps", config.norms().eps());
        if (config.positions() instanceof PositionConfig.Rotary rotary) {
            json.put("rope_theta", rotary.kinds().get(0).theta());
        }
        if (window > 0) {
            json.put("sliding_window", window);
        }
        json.put("tie_word_embeddings", config.head().tied());
        json.put("attention_bias", attention.inputBias());
        json.put("mlp_bias", config.feedForward().bias());
        json.put("dtype", "float32");
        json.put("torch_dtype", "float32");
        removeForeign(json, family);
        Check.that(
                family.read(new ConfigOptions(json)).equals(config),
                "decoder to describe",
                "beyond what a " + family.modelType() + " can be",
                "must read back from its config.json as it is",
                "start from DecoderConfig.builder(), or from a checkpoint of the family");
        return json;
    }

    /** Options that the family does not have. */
    private static void removeForeign(ObjectNode json, ModelFamily family) {
        if (!family.modelType().equals("llama")) {
            json.remove("mlp_bias");
        }
        if (family.modelType().equals("mistral")) {
            json.remove("attention_bias");
        }
    }
}
