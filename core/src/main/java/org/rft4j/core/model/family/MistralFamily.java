package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Mistral: Llama whose layers may see a window only. */
final class MistralFamily implements ModelFamily {
    private final TensorNames names = TensorNames.likeLlama(modelType());

    @Override
    public String modelType() {
        return "mistral";
    }

    @Override
    public String causalArchitecture() {
        return "MistralForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options);
        int window = options.integer("sliding_window", 0);
        model.windows = LayerWindows.of(LayerWindows.types(options, model.sizes.layers(), layer -> window > 0), window);
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
