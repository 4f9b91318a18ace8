package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.HeadConfig;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Gemma 2: norms around everything, capped scores and logits, every other layer with a window. */
final class Gemma2Family implements ModelFamily {
    static final double USUAL_SCALAR = 256;
    static final int USUAL_WINDOW = 4096;
    private static final double USUAL_SCORE_CAP = 50;
    private static final double USUAL_LOGIT_CAP = 30;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(4, 256, 8192);

    private final TensorNames names = TensorNames.likeLlama(modelType()).withPostNorms();

    @Override
    public String modelType() {
        return "gemma2";
    }

    @Override
    public String causalArchitecture() {
        return "Gemma2ForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        applyGemma(model, options);
        int window = options.integer("sliding_window", USUAL_WINDOW);
        options.pass("sliding_window_size");
        model.windows =
                LayerWindows.of(LayerWindows.types(options, model.sizes.layers(), layer -> layer % 2 == 0), window);
        model.attentionSoftcap = options.number(
                "attn_logit_softcapping", absentMeans(options, "attn_logit_softcapping", USUAL_SCORE_CAP));
        double cap = options.number(
                "final_logit_softcapping", absentMeans(options, "final_logit_softcapping", USUAL_LOGIT_CAP));
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.head = new HeadConfig(options.flag("tie_word_embeddings", true), false, cap);
        return model.build();
    }

    /** What both generations share. */
    static void applyGemma(LlamaLike model, ConfigOptions options) {
        model.attentionScale = 1 / Math.sqrt(options.number("query_pre_attn_scalar", USUAL_SCALAR));
        model.embeddingScale = Math.sqrt(model.sizes.width());
        model.activation = CommonOptions.activation(options, "hidden_activation", "gelu_pytorch_tanh");
        model.setNorms(NormConfig.Kind.RMS_PLUS_ONE, NormConfig.Placement.AROUND);
        model.setBias(options.flag("attention_bias", false));
    }

    /** Null switches a cap off; only an option that is not there at all has the family's value. */
    private static double absentMeans(ConfigOptions options, String name, double usual) {
        return options.mentions(name) ? 0 : usual;
    }
}
