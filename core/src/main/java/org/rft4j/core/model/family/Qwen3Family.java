package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Qwen3: norms on the heads of query and key instead of biases. */
final class Qwen3Family implements ModelFamily {
    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(32, 128, 32_768);

    private final TensorNames names = TensorNames.likeLlama(modelType());

    @Override
    public String modelType() {
        return "qwen3";
    }

    @Override
    public String causalArchitecture() {
        return "Qwen3ForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        model.setBias(options.flag("attention_bias", false));
        model.queryKeyNorm = QueryKeyNorm.PER_HEAD;
        model.windows = Qwen2Family.windows(options, model.sizes.layers());
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
