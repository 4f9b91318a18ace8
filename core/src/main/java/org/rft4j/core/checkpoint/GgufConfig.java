package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Writes a GGUF file's values as the {@code config.json} of a Hugging Face model. */
final class GgufConfig {
    /** Every Llama from 3.1 on has these, and GGUF keeps only their result. */
    private static final double LOW_FREQUENCY_FACTOR = 1;

    private static final double HIGH_FREQUENCY_FACTOR = 4;
    private static final int ORIGINAL_POSITIONS = 8192;
    private static final int MAX_ROPE_DIVISORS = 1 << 12;
    private static final double ROPE_FACTOR_TOLERANCE = 1e-3;

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
        addRopeScaling(values, config);
        architecture.extras().add(values, config);
        return config;
    }

    private static long vocabulary(GgufValues values) {
        return values.file().info("token_embd.weight").shape().get(0);
    }

    private static long headSize(GgufValues values, long width, long heads) {
        return values.optionalWhole("attention.key_length")
                .or(() -> values.optionalWhole("rope.dimension_count"))
                .orElse(width / heads);
    }

    private static void addRopeScaling(GgufValues values, ObjectNode config) {
        Optional<String> type = values.text("rope.scaling.type").filter(name -> !name.equals("none"));
        if (type.isPresent()) {
            String name = type.get();
            values.check(
                    name.equals("linear") || name.equals("yarn"), "rope.scaling.type", name, "must be linear or yarn");
            ObjectNode scaling = config.putObject("rope_scaling");
            scaling.put("rope_type", name);
            scaling.put("factor", values.real("rope.scaling.factor"));
            values.optionalWhole("rope.scaling.original_context_length")
                    .ifPresent(length -> scaling.put("original_max_position_embeddings", length));
        } else if (values.hasTensor("rope_freqs.weight")) {
            addLlama3Scaling(values, config);
        }
    }

    /** GGUF has the divisor of each frequency instead of the rule that gave it: the rule is recovered, and checked. */
    private static void addLlama3Scaling(GgufValues values, ObjectNode config) {
        float[] divisors = values.file().smallFloats("rope_freqs.weight", MAX_ROPE_DIVISORS);
        double factor = 1;
        for (float divisor : divisors) {
            factor = Math.max(factor, divisor);
        }
        double theta = config.get("rope_theta").asDouble();
        for (int i = 0; i < divisors.length; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / divisors.length);
            double expected = llama3Divisor(wavelength, factor);
            values.check(
                    Math.abs(divisors[i] - expected) <= ROPE_FACTOR_TOLERANCE * expected,
                    "entry " + i + " of rope_freqs.weight",
                    divisors[i],
                    "must be " + expected + ", as in Llama 3.1 and later");
        }
        ObjectNode scaling = config.putObject("rope_scaling");
        scaling.put("rope_type", "llama3");
        scaling.put("factor", factor);
        scaling.put("low_freq_factor", LOW_FREQUENCY_FACTOR);
        scaling.put("high_freq_factor", HIGH_FREQUENCY_FACTOR);
        scaling.put("original_max_position_embeddings", ORIGINAL_POSITIONS);
    }

    private static double llama3Divisor(double wavelength, double factor) {
        double turns = ORIGINAL_POSITIONS / wavelength;
        double kept = (turns - LOW_FREQUENCY_FACTOR) / (HIGH_FREQUENCY_FACTOR - LOW_FREQUENCY_FACTOR);
        double share = Math.min(1, Math.max(0, kept));
        return 1 / (share + (1 - share) / factor);
    }
}
