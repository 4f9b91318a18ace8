package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What llama.cpp's converter does to a Hugging Face model of one architecture, and so what has to be undone.
 *
 * @param name in {@code general.architecture}
 * @param modelType Hugging Face's name
 * @param className Hugging Face's class
 * @param interleaved whether rows of the query and key projections were reordered: the halves of a head that rotate
 *     together, apart in Hugging Face's models, are neighbours in GGUF
 * @param normShift what was added to the weights of norms
 * @param blockNames Hugging Face's names of the parts of a layer
 * @param extras what the configuration has beyond the common keys
 */
record GgufArchitecture(
        String name,
        String modelType,
        String className,
        boolean interleaved,
        double normShift,
        Map<String, String> blockNames,
        Extras extras) {
    private static final Map<String, String> PROJECTIONS = Map.of(
            "attn_q", "self_attn.q_proj",
            "attn_k", "self_attn.k_proj",
            "attn_v", "self_attn.v_proj",
            "attn_output", "self_attn.o_proj",
            "ffn_gate", "mlp.gate_proj",
            "ffn_up", "mlp.up_proj",
            "ffn_down", "mlp.down_proj",
            "attn_norm", "input_layernorm");

    private static final Map<String, String> TWO_NORMS =
            with(PROJECTIONS, Map.of("ffn_norm", "post_attention_layernorm"));

    private static final Map<String, String> HEAD_NORMS =
            Map.of("attn_q_norm", "self_attn.q_norm", "attn_k_norm", "self_attn.k_norm");

    private static final Map<String, String> FOUR_NORMS = with(
            PROJECTIONS,
            Map.of(
                    "post_attention_norm", "post_attention_layernorm",
                    "ffn_norm", "pre_feedforward_layernorm",
                    "post_ffw_norm", "post_feedforward_layernorm"));

    /** Mistral's models say that they are Llamas, and can be treated so. */
    private static final List<GgufArchitecture> ALL = List.of(
            new GgufArchitecture(
                    "llama", "llama", "LlamaForCausalLM", true, 0, TWO_NORMS, GgufArchitecture::llamaExtras),
            new GgufArchitecture(
                    "qwen2", "qwen2", "Qwen2ForCausalLM", false, 0, TWO_NORMS, GgufArchitecture::siluExtras),
            new GgufArchitecture(
                    "qwen3",
                    "qwen3",
                    "Qwen3ForCausalLM",
                    false,
                    0,
                    with(TWO_NORMS, HEAD_NORMS),
                    GgufArchitecture::qwen3Extras),
            new GgufArchitecture(
                    "gemma2", "gemma2", "Gemma2ForCausalLM", false, 1, FOUR_NORMS, GgufArchitecture::gemma2Extras),
            new GgufArchitecture(
                    "gemma3",
                    "gemma3_text",
                    "Gemma3ForCausalLM",
                    false,
                    1,
                    with(FOUR_NORMS, HEAD_NORMS),
                    GgufArchitecture::gemma3Extras));

    private static final int GEMMA2_27B_LAYERS = 46;
    private static final int GEMMA3_27B_LAYERS = 62;
    private static final int GEMMA2_PATTERN = 2;
    private static final long GEMMA3_PATTERN = 6L;

    static Optional<GgufArchitecture> named(String name) {
        return ALL.stream()
                .filter(architecture -> architecture.name.equals(name))
                .findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(GgufArchitecture::name).toList();
    }

    private static void siluExtras(GgufValues values, ObjectNode config) {
        config.put("hidden_act", "silu");
    }

    private static void llamaExtras(GgufValues values, ObjectNode config) {
        siluExtras(values, config);
        config.put("attention_bias", values.hasTensor("blk.0.attn_q.bias"));
        config.put("mlp_bias", values.hasTensor("blk.0.ffn_up.bias"));
    }

    private static void qwen3Extras(GgufValues values, ObjectNode config) {
        siluExtras(values, config);
        config.put("attention_bias", values.hasTensor("blk.0.attn_q.bias"));
    }

    private static void gemma2Extras(GgufValues values, ObjectNode config) {
        gemmaExtras(values, config, GEMMA2_27B_LAYERS);
        values.requireUnread("attention.sliding_window_pattern", GEMMA2_PATTERN);
        values.optionalReal("attn_logit_softcapping").ifPresent(cap -> config.put("attn_logit_softcapping", cap));
    }

    /** Five layers of six see a window and rotate by another base, unless a file has its own; without a window, none does. */
    private static void gemma3Extras(GgufValues values, ObjectNode config) {
        gemmaExtras(values, config, GEMMA3_27B_LAYERS);
        long pattern = values.optionalWhole("attention.sliding_window_pattern").orElse(GEMMA3_PATTERN);
        values.check(pattern > 0, "attention.sliding_window_pattern", pattern, "must be positive");
        config.put("sliding_window_pattern", config.path("sliding_window").asLong() > 0 ? pattern : 1);
        config.put(
                "rope_local_base_freq",
                values.optionalReal("rope.freq_base_swa").orElse(10_000.0));
    }

    /** The largest models scale attention by the width per head instead of the head's size; GGUF takes that as known. */
    private static void gemmaExtras(GgufValues values, ObjectNode config, int layersOfLargest) {
        config.put("hidden_activation", "gelu_pytorch_tanh");
        config.put("attention_bias", false);
        values.optionalWhole("attention.sliding_window").ifPresent(window -> config.put("sliding_window", window));
        values.optionalReal("final_logit_softcapping").ifPresent(cap -> config.put("final_logit_softcapping", cap));
        boolean largest = values.whole("block_count") == layersOfLargest;
        long heads = values.whole("attention.head_count");
        config.put(
                "query_pre_attn_scalar",
                largest
                        ? values.whole("embedding_length") / heads
                        : config.get("head_dim").asLong());
    }

    private static Map<String, String> with(Map<String, String> names, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(names);
        all.putAll(more);
        return Map.copyOf(all);
    }

    /** Adds what one architecture's configuration has of its own. */
    @FunctionalInterface
    interface Extras {
        void add(GgufValues values, ObjectNode config);
    }
}
