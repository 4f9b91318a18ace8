package org.rft4j.core.model.family;

import java.util.Collections;
import org.rft4j.engine.decoder.AttentionConfig.Layout;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FeedForwardConfig.Gate;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** Phi-3 and Phi-4-mini: fused projections, rotary positions on a part of each head, long-text frequencies. */
final class Phi3Family implements ModelFamily {
    private static final double USUAL_EPS = 1e-5;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(0, 0, 4096);

    private final TensorNames names = TensorNames.likeLlama(modelType())
            .with(WeightRole.QUERY_KEY_VALUE, "model.layers.#.self_attn.qkv_proj.weight")
            .with(WeightRole.GATE_UP, "model.layers.#.mlp.gate_up_proj.weight");

    @Override
    public String modelType() {
        return "phi3";
    }

    @Override
    public String causalArchitecture() {
        return "Phi3ForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        options.pass("embd_pdrop", "resid_pdrop");
        double eps = options.number("rms_norm_eps", USUAL_EPS);
        model.norms = new NormConfig(NormConfig.Kind.RMS, eps, NormConfig.Placement.BEFORE);
        model.layout = Layout.FUSED;
        model.gate = Gate.FUSED;
        options.requireOnly("attention_bias", false, "biases of projections");
        options.requireOnly("mlp_bias", false, "biases of the feed-forward part");
        options.requireOnly("lm_head_bias", false, "a bias of the head");
        options.requireOnly("full_attn_mod", 1, "another attention in some layers");
        options.requireOnly("interpolate_factor", 1, "positions between whole numbers");
        model.windows = Collections.nCopies(model.sizes.layers(), options.integer("sliding_window", 0));
        int original = options.integer("original_max_position_embeddings", USUAL.contextLength());
        PositionConfig.Kind rope = model.rope(options)
                .longRopeFrom(original)
                .partOfHeads(options.number("rope_theta", RopeOptions.USUAL_THETA), 1);
        model.setRope(rope);
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
