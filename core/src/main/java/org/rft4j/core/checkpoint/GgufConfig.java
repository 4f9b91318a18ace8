package org.rft4j.core.checkpoint;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Writes a GGUF file's values as the {@code config.json} of a Hugging Face model. */
final class GgufConfig {
    /** The file has 32-bit floats. */
    private static final double SCALE_TOLERANCE = 1e-6;

    private GgufConfig() {}

    static ObjectNode of(GgufValues values, GgufArchitecture architecture) {
        long heads = values.whole("attention.head_count");
        long width = values.whole("embedding_length");
        values.check(heads > 0 && width > 0, "attention.head_count", heads, "must be positive, as embedding_length");
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("architectures").add(architecture.className());
        config.put("model_type", architecture.modelType());
        config.put("vocab_size", vocabulary(values));
        config.put("hidden_size", width);
        config.put("intermediate_size", values.whole("feed_forward_length"));
        config.put("num_hidden_layers", values.whole("block_count"));
        config.put("num_attention_heads", heads);
        config.put(
                "num_key_value_heads",
                values.optionalWhole("attention.head_count_kv").orElse(heads));
        config.put("head_dim", headSize(values, width, heads));
        config.put("max_position_embeddings", values.whole("context_length"));
        config.put("rms_norm_eps", values.real("attention.layer_norm_rms_epsilon"));
        config.put("rope_theta", values.optionalReal("rope.freq_base").orElse(10_000.0));
        config.put("tie_word_embeddings", !values.hasTensor("output.weight"));
        values.token("bos").ifPresent(id -> config.put("bos_token_id", id));
        values.token("eos").ifPresent(id -> config.put("eos_token_id", id));
        values.token("padding").ifPresent(id -> config.put("pad_token_id", id));
        GgufRope.add(values, config);
        architecture.extras().add(values, config);
        checkAttention(values, config);
        refuseOthers(values);
        return config;
    }

    private static void checkAttention(GgufValues values, ObjectNode config) {
        long size = config.get("head_dim").asLong();
        for (String key : List.of("attention.value_length", "rope.dimension_count")) {
            long found = values.optionalWhole(key).orElse(size);
            values.check(found == size, key, found, "must be the size of a head, " + size);
        }
        double scalar = config.path("query_pre_attn_scalar").asDouble((double) size);
        double usual = 1 / Math.sqrt(scalar);
        double scale = values.optionalReal("attention.scale").orElse(usual);
        values.check(Math.abs(scale - usual) <= SCALE_TOLERANCE * usual, "attention.scale", scale, "must be " + usual);
    }

    /** What would change the model's numbers may stand in a file only with the value that changes nothing. */
    private static void refuseOthers(GgufValues values) {
        values.requireFlag("attention.causal", true);
        values.requireFlag("use_parallel_residual", false);
        for (String key : List.of(
                "attention.sliding_window",
                "attention.clamp_kqv",
                "attention.max_alibi_bias",
                "expert_count",
                "expert_used_count",
                "pooling_type")) {
            values.requireUnread(key, 0);
        }
        values.pass("vocab_size", "rope.scaling.finetuned", "tensor_data_layout");
        values.requireNothingLeft();
    }

    private static long vocabulary(GgufValues values) {
        Shape shape = values.file().info("token_embd.weight").shape();
        values.checkEntry(
                shape.dimension() == 2,
                "shape of tensor token_embd.weight",
                shape,
                "must have 2 dimensions, vocabulary and width");
        return shape.get(0);
    }

    private static long headSize(GgufValues values, long width, long heads) {
        long size = values.optionalWhole("attention.key_length").orElse(width / heads);
        values.check(size > 0, "attention.key_length", size, "must be positive");
        return size;
    }
}
