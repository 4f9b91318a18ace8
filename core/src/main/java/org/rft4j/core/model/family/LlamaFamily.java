package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Llama 1 to 3.x, and the many models that are Llamas by structure: SmolLM, TinyLlama, stories. */
final class LlamaFamily implements ModelFamily {
    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(0, 0, 2048);

    private final TensorNames names = TensorNames.likeLlama(modelType());

    @Override
    public String modelType() {
        return "llama";
    }

    @Override
    public String causalArchitecture() {
        return "LlamaForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        model.setBias(options.flag("attention_bias", false));
        model.feedForwardBias = options.flag("mlp_bias", false);
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
