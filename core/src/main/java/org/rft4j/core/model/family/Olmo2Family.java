package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.decoder.WeightKey;

/** OLMo 2: norms only behind attention and feed-forward, and over all of query and key. */
final class Olmo2Family implements ModelFamily {
    private static final double USUAL_EPS = 1e-5;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(0, 0, 2048);

    private final TensorNames names = TensorNames.likeLlama(modelType()).withPostNorms();

    @Override
    public String modelType() {
        return "olmo2";
    }

    @Override
    public String causalArchitecture() {
        return "Olmo2ForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        model.setBias(options.flag("attention_bias", false));
        model.queryKeyNorm = QueryKeyNorm.WHOLE;
        double eps = options.number("rms_norm_eps", USUAL_EPS);
        model.norms = new NormConfig(NormConfig.Kind.RMS, eps, NormConfig.Placement.AFTER);
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
