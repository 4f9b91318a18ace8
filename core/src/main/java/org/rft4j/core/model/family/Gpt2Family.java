package org.rft4j.core.model.family;

import java.util.Collections;
import org.rft4j.engine.decoder.AttentionConfig;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FeedForwardConfig;
import org.rft4j.engine.decoder.HeadConfig;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** GPT-2: learned positions, matrices stored the other way round. */
final class Gpt2Family implements ModelFamily {
    private static final int USUAL_POSITIONS = 1024;
    private static final int INNER_RATIO = 4;
    private static final double USUAL_EPS = 1e-5;

    private final TensorNames names = TensorNames.of(modelType())
            .with(WeightRole.EMBEDDING, "transformer.wte.weight")
            .with(WeightRole.POSITION_EMBEDDING, "transformer.wpe.weight")
            .withMap(WeightRole.FINAL_NORM, WeightRole.FINAL_NORM_BIAS, "transformer.ln_f")
            .with(WeightRole.HEAD, "lm_head.weight")
            .withMap(WeightRole.INPUT_NORM, WeightRole.INPUT_NORM_BIAS, "transformer.h.#.ln_1")
            .withMap(WeightRole.QUERY_KEY_VALUE, WeightRole.QUERY_KEY_VALUE_BIAS, "transformer.h.#.attn.c_attn")
            .withMap(WeightRole.ATTENTION_OUTPUT, WeightRole.ATTENTION_OUTPUT_BIAS, "transformer.h.#.attn.c_proj")
            .withMap(WeightRole.FEED_FORWARD_NORM, WeightRole.FEED_FORWARD_NORM_BIAS, "transformer.h.#.ln_2")
            .withMap(WeightRole.UP, WeightRole.UP_BIAS, "transformer.h.#.mlp.c_fc")
            .withMap(WeightRole.DOWN, WeightRole.DOWN_BIAS, "transformer.h.#.mlp.c_proj");

    @Override
    public String modelType() {
        return "gpt2";
    }

    @Override
    public String causalArchitecture() {
        return "GPT2LMHeadModel";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        passAndRefuse(options);
        int width = options.integer("n_embd");
        int layers = options.count("n_layer");
        int heads = options.count("n_head");
        int positions = options.integer("n_positions", USUAL_POSITIONS);
        int headWidth = width / Math.max(1, heads);
        boolean tied = options.flag("tie_word_embeddings", true);
        return new DecoderConfig(
                options.integer("vocab_size"),
                width,
                layers,
                positions,
                attention(heads, headWidth, layers),
                new FeedForwardConfig(
                        options.integer("n_inner", INNER_RATIO * width),
                        CommonOptions.activation(options, "activation_function", "gelu_new"),
                        FeedForwardConfig.Gate.NONE,
                        true),
                new NormConfig(
                        NormConfig.Kind.LAYER,
                        options.number("layer_norm_epsilon", USUAL_EPS),
                        NormConfig.Placement.BEFORE),
                new PositionConfig.Learned(positions),
                tied ? HeadConfig.TIED : HeadConfig.UNTIED,
                1,
                true);
    }

    private static void passAndRefuse(ConfigOptions options) {
        CommonOptions.pass(options);
        options.pass(
                "n_ctx",
                "attn_pdrop",
                "embd_pdrop",
                "resid_pdrop",
                "summary_activation",
                "summary_first_dropout",
                "summary_proj_to_labels",
                "summary_type",
                "summary_use_proj",
                "task_specific_params",
                "reorder_and_upcast_attn"); // the last one is about the order of two roundings
        options.requireOnly("scale_attn_weights", true, "scores without scale");
        options.requireOnly("scale_attn_by_inverse_layer_idx", false, "another scale in every layer");
    }

    private static AttentionConfig attention(int heads, int headWidth, int layers) {
        return new AttentionConfig(
                heads,
                heads,
                headWidth,
                1 / Math.sqrt(headWidth),
                0,
                AttentionConfig.Layout.FUSED,
                true,
                true,
                AttentionConfig.QueryKeyNorm.NONE,
                Collections.nCopies(layers, 0));
    }
}
