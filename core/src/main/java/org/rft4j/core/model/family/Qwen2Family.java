package org.rft4j.core.model.family;

import java.util.List;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Qwen2 and 2.5: Llama with biases on query, key and value. */
final class Qwen2Family implements ModelFamily {
    private static final int USUAL_WINDOW = 4096;
    private static final int USUAL_FIRST_WINDOW = 28;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(32, 0, 32_768);

    private final TensorNames names = TensorNames.likeLlama(modelType());

    @Override
    public String modelType() {
        return "qwen2";
    }

    @Override
    public String causalArchitecture() {
        return "Qwen2ForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        model.inputBias = true;
        model.windows = windows(options, model.sizes.layers());
        model.setRope(model.rope(options).wholeHeads(RopeOptions.USUAL_THETA));
        model.setTied(options.flag("tie_word_embeddings", false));
        return model.build();
    }

    /** Windows are switched on by an option of their own, for the layers from {@code max_window_layers} on. */
    static List<Integer> windows(ConfigOptions options, int layers) {
        int window = options.integer("sliding_window", options.mentions("sliding_window") ? 0 : USUAL_WINDOW);
        int first = options.integer("max_window_layers", USUAL_FIRST_WINDOW);
        boolean used = options.flag("use_sliding_window", false) && window > 0;
        return LayerWindows.of(LayerWindows.types(options, layers, layer -> used && layer >= first), used ? window : 0);
    }
}
