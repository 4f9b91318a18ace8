package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.kernels.TokenIds;

/** A golden decoder with its weights in the order that {@link Decoder} wants, and their names in the golden file. */
record DecoderFixture(Decoder decoder, List<String> names, TokenIds ids) {
    private static final List<String> LAYER = List.of(
            "input_layernorm",
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "post_attention_layernorm",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj");

    static DecoderFixture of(GoldenFile.Case golden, NDManager manager) {
        int layers = (int) golden.number("num_hidden_layers", 0);
        List<String> names = new ArrayList<>(List.of("model.embed_tokens.weight"));
        for (int layer = 0; layer < layers; layer++) {
            for (String part : LAYER) {
                names.add("model.layers." + layer + "." + part + ".weight");
            }
        }
        names.add("model.norm.weight");
        List<NDArray> weights = new ArrayList<>();
        for (String name : names) {
            NDArray weight = golden.toArray(manager, name, DataType.FLOAT32);
            weight.setRequiresGradient(true);
            weights.add(weight);
        }
        DecoderShape shape = new DecoderShape(
                layers,
                (int) golden.number("num_attention_heads", 0),
                (int) golden.number("num_key_value_heads", 0),
                (int) golden.number("head_dim", 0),
                golden.number("rms_norm_eps", 0),
                golden.number("rope_theta", 0));
        return new DecoderFixture(new Decoder(shape, weights), names, rows(golden, "ids"));
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
