package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.testing.Tensors;

/** The tiny Llama of a golden file. */
record DecoderFixture(GoldenFile.Case golden, List<String> names, Decoder decoder) {
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

    static DecoderFixture load(String file, DataType type, NDManager manager) {
        GoldenFile.Case golden = GoldenFile.load(file).cases().get(0);
        int layers = whole(golden, "num_hidden_layers");
        List<String> names = new ArrayList<>(List.of("model.embed_tokens.weight"));
        for (int layer = 0; layer < layers; layer++) {
            for (String part : LAYER) {
                names.add("model.layers." + layer + "." + part + ".weight");
            }
        }
        names.add("model.norm.weight");
        List<NDArray> weights = new ArrayList<>();
        for (String name : names) {
            NDArray weight = Tensors.of(
                    manager, type, golden.doubles(name), golden.shape(name).getShape());
            weight.setRequiresGradient(true);
            weights.add(weight);
        }
        DecoderShape shape = new DecoderShape(
                layers,
                whole(golden, "num_attention_heads"),
                whole(golden, "num_key_value_heads"),
                whole(golden, "head_dim"),
                golden.number("rms_norm_eps", 0),
                golden.number("rope_theta", 0));
        return new DecoderFixture(golden, names, new Decoder(shape, weights));
    }

    private static int whole(GoldenFile.Case golden, String option) {
        return (int) Math.round(golden.number(option, 0));
    }

    /** The rows of an input, padded as in the file. */
    TokenIds tokens(String input) {
        return TokenIds.of(
                rows(golden.longs(input), Math.toIntExact(golden.shape(input).get(1))));
    }

    static long[][] rows(long[] flat, int width) {
        long[][] rows = new long[flat.length / width][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = java.util.Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }

    double[] gradient(int weight) {
        return Tensors.doubles(decoder.weights().get(weight).getGradient());
    }
}
