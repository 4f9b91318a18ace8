package org.rft4j.core.model.family;

import java.util.EnumMap;
import java.util.Map;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** The tensor names of a family, {@code #} standing for the layer's number. */
final class TensorNames {
    private final Map<WeightRole, String> patterns = new EnumMap<>(WeightRole.class);
    private final String family;

    private TensorNames(String family) {
        this.family = family;
    }

    static TensorNames of(String family) {
        return new TensorNames(family);
    }

    /** What Llama calls its tensors, and most families after it. */
    static TensorNames likeLlama(String family) {
        String layer = "model.layers.#.";
        return of(family)
                .with(WeightRole.EMBEDDING, "model.embed_tokens.weight")
                .with(WeightRole.FINAL_NORM, "model.norm.weight")
                .with(WeightRole.HEAD, "lm_head.weight")
                .with(WeightRole.INPUT_NORM, layer + "input_layernorm.weight")
                .withMap(WeightRole.QUERY, WeightRole.QUERY_BIAS, layer + "self_attn.q_proj")
                .withMap(WeightRole.KEY, WeightRole.KEY_BIAS, layer + "self_attn.k_proj")
                .withMap(WeightRole.VALUE, WeightRole.VALUE_BIAS, layer + "self_attn.v_proj")
                .with(WeightRole.QUERY_NORM, layer + "self_attn.q_norm.weight")
                .with(WeightRole.KEY_NORM, layer + "self_attn.k_norm.weight")
                .withMap(WeightRole.ATTENTION_OUTPUT, WeightRole.ATTENTION_OUTPUT_BIAS, layer + "self_attn.o_proj")
                .with(WeightRole.FEED_FORWARD_NORM, layer + "post_attention_layernorm.weight")
                .withMap(WeightRole.GATE, WeightRole.GATE_BIAS, layer + "mlp.gate_proj")
                .withMap(WeightRole.UP, WeightRole.UP_BIAS, layer + "mlp.up_proj")
                .withMap(WeightRole.DOWN, WeightRole.DOWN_BIAS, layer + "mlp.down_proj");
    }

    /** The names of families with norms behind attention and feed-forward. */
    TensorNames withPostNorms() {
        return with(WeightRole.POST_ATTENTION_NORM, "model.layers.#.post_attention_layernorm.weight")
                .with(WeightRole.FEED_FORWARD_NORM, "model.layers.#.pre_feedforward_layernorm.weight")
                .with(WeightRole.POST_FEED_FORWARD_NORM, "model.layers.#.post_feedforward_layernorm.weight");
    }

    TensorNames with(WeightRole role, String pattern) {
        patterns.put(role, pattern);
        return this;
    }

    TensorNames withMap(WeightRole weight, WeightRole bias, String module) {
        return with(weight, module + ".weight").with(bias, module + ".bias");
    }

    String nameOf(WeightKey key) {
        String pattern = patterns.get(key.role());
        if (pattern == null) {
            throw new InvalidInputException(
                    "weight", key, "must be one that models of type " + family + " have", "choose another family");
        }
        return pattern.replace("#", Integer.toString(key.layer()));
    }
}
