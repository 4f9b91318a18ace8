package org.rft4j.core.model.family;

import java.util.Collections;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Mistral: Llama whose layers may see a window only. */
final class MistralFamily implements ModelFamily {
    private static final int USUAL_WINDOW = 4096;
    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(8, 0, 131_072);

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
        LlamaLike model = new LlamaLike(options, USUAL);
        int absent = options.mentions("sliding_window") ? 0 : USUAL_WINDOW;
        int window = options.integer("sliding_window", absent);
        model.windows = Collections.nCopies(model.sizes.layers(), window);
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }
}
