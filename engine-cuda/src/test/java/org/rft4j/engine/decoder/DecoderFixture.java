package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.kernels.TokenIds;

/** A golden decoder, and the names of its weights in the golden file. */
record DecoderFixture(Decoder decoder, Map<WeightKey, String> names, TokenIds ids) {
    private static final Map<WeightRole, String> LAYER = Map.of(
            WeightRole.INPUT_NORM, "input_layernorm",
            WeightRole.QUERY, "self_attn.q_proj",
            WeightRole.KEY, "self_attn.k_proj",
            WeightRole.VALUE, "self_attn.v_proj",
            WeightRole.ATTENTION_OUTPUT, "self_attn.o_proj",
            WeightRole.FEED_FORWARD_NORM, "post_attention_layernorm",
            WeightRole.GATE, "mlp.gate_proj",
            WeightRole.UP, "mlp.up_proj",
            WeightRole.DOWN, "mlp.down_proj");

    private static final Map<WeightRole, String> SHARED = Map.of(
            WeightRole.EMBEDDING, "model.embed_tokens.weight",
            WeightRole.FINAL_NORM, "model.norm.weight",
            WeightRole.HEAD, "lm_head.weight");

    static DecoderFixture of(GoldenFile.Case golden, NDManager manager) {
        DecoderConfig config = DecoderConfig.builder()
                .vocabulary((int) golden.number("vocab_size", 0))
                .width((int) golden.number("hidden_size", 0))
                .layers((int) golden.number("num_hidden_layers", 0))
                .heads((int) golden.number("num_attention_heads", 0))
                .keyValueHeads((int) golden.number("num_key_value_heads", 0))
                .headWidth((int) golden.number("head_dim", 0))
                .inner((int) golden.number("intermediate_size", 0))
                .normEps(golden.number("rms_norm_eps", 0))
                .ropeTheta(golden.number("rope_theta", 0))
                .untiedHead()
                .build();
        Map<WeightKey, String> names = new LinkedHashMap<>();
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>();
        for (WeightKey key : DecoderLayout.shapes(config).keySet()) {
            String name = nameOf(key);
            if (!key.role().isHead() || golden.has(name)) {
                NDArray weight = golden.toArray(manager, name, DataType.FLOAT32);
                weight.setRequiresGradient(!key.role().isHead());
                weights.put(key, weight);
                names.put(key, name);
            }
        }
        return new DecoderFixture(Decoder.of(config, weights), names, rows(golden, "ids"));
    }

    NDArray weight(WeightRole role, int layer) {
        return decoder.weights().get(new WeightKey(role, layer));
    }

    private static String nameOf(WeightKey key) {
        return key.role().isPerLayer()
                ? "model.layers." + key.layer() + "." + LAYER.get(key.role()) + ".weight"
                : SHARED.get(key.role());
    }

    static TokenIds rows(GoldenFile.Case golden, String key) {
        long[] flat = golden.longs(key);
        int rows = (int) golden.shape(key).get(0);
        int columns = (int) golden.shape(key).get(1);
        long[][] ids = new long[rows][columns];
        for (int i = 0; i < flat.length; i++) {
            ids[i / columns][i % columns] = flat[i];
        }
        return TokenIds.of(ids);
    }
}
