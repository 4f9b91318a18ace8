package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.AttentionConfig.Layout;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FeedForwardConfig.Gate;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** GPT-NeoX and Pythia: attention and feed-forward side by side, a fused projection stored head by head. */
final class GptNeoXFamily implements ModelFamily {
    private static final double USUAL_EPS = 1e-5;
    private static final double USUAL_PART = 0.25;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(0, 0, 2048);

    private final TensorNames names = TensorNames.of(modelType())
            .with(WeightRole.EMBEDDING, "gpt_neox.embed_in.weight")
            .withMap(WeightRole.FINAL_NORM, WeightRole.FINAL_NORM_BIAS, "gpt_neox.final_layer_norm")
            .with(WeightRole.HEAD, "embed_out.weight")
            .withMap(WeightRole.INPUT_NORM, WeightRole.INPUT_NORM_BIAS, "gpt_neox.layers.#.input_layernorm")
            .withMap(
                    WeightRole.QUERY_KEY_VALUE,
                    WeightRole.QUERY_KEY_VALUE_BIAS,
                    "gpt_neox.layers.#.attention.query_key_value")
            .withMap(WeightRole.ATTENTION_OUTPUT, WeightRole.ATTENTION_OUTPUT_BIAS, "gpt_neox.layers.#.attention.dense")
            .withMap(
                    WeightRole.FEED_FORWARD_NORM,
                    WeightRole.FEED_FORWARD_NORM_BIAS,
                    "gpt_neox.layers.#.post_attention_layernorm")
            .withMap(WeightRole.UP, WeightRole.UP_BIAS, "gpt_neox.layers.#.mlp.dense_h_to_4h")
            .withMap(WeightRole.DOWN, WeightRole.DOWN_BIAS, "gpt_neox.layers.#.mlp.dense_4h_to_h");

    @Override
    public String modelType() {
        return "gpt_neox";
    }

    @Override
    public String causalArchitecture() {
        return "GPTNeoXForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        options.pass("hidden_dropout");
        int derived = model.sizes.width() / model.sizes.heads();
        options.requireOnly("head_dim", derived, "heads wider than hidden_size over heads, in this family");
        model.activation = CommonOptions.activation(options, "hidden_act", "gelu");
        model.layout = Layout.FUSED_BY_HEAD;
        model.gate = Gate.NONE;
        model.setBias(options.flag("attention_bias", true));
        model.feedForwardBias = true;
        model.norms = new NormConfig(
                NormConfig.Kind.LAYER,
                options.number("layer_norm_eps", USUAL_EPS),
                options.flag("use_parallel_residual", true)
                        ? NormConfig.Placement.BEFORE_IN_PARALLEL
                        : NormConfig.Placement.BEFORE);
        double theta = options.number("rotary_emb_base", options.number("rope_theta", RopeOptions.USUAL_THETA));
        model.setRope(model.rope(options).partOfHeads(theta, options.number("rotary_pct", USUAL_PART)));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
