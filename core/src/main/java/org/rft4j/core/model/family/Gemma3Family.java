package org.rft4j.core.model.family;

import java.util.List;
import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.HeadConfig;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.WeightKey;

/** Gemma 3, text only: norms on heads, and two sets of frequencies, for layers with a window and without. */
final class Gemma3Family implements ModelFamily {
    private static final double USUAL_GLOBAL_THETA = 1_000_000;
    private static final int USUAL_PATTERN = 6;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(4, 256, 131_072);

    private final TensorNames names = TensorNames.likeLlama(modelType()).withPostNorms();

    @Override
    public String modelType() {
        return "gemma3_text";
    }

    @Override
    public String causalArchitecture() {
        return "Gemma3ForCausalLM";
    }

    @Override
    public String classifierArchitecture() {
        return "Gemma3TextForSequenceClassification";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        Gemma2Family.applyGemma(model, options);
        model.queryKeyNorm = QueryKeyNorm.PER_HEAD;
        int pattern = options.count("sliding_window_pattern", USUAL_PATTERN);
        options.pass("_sliding_window_pattern");
        List<String> types = LayerWindows.types(options, model.sizes.layers(), layer -> (layer + 1) % pattern != 0);
        model.windows = LayerWindows.of(types, options.integer("sliding_window", Gemma2Family.USUAL_WINDOW));
        options.requireOnly(
                "attn_logit_softcapping", "null", "capped scores, which transformers passes over in this family");
        List<Integer> kinds = types.stream()
                .map(type -> type.equals(LayerWindows.FULL) ? 0 : 1)
                .toList();
        model.positions = new PositionConfig.Rotary(frequencies(model, options), kinds);
        double cap = options.number("final_logit_softcapping", 0);
        model.head = new HeadConfig(options.flag("tie_word_embeddings", true), false, cap);
        return model.build();
    }

    /** Those of full layers, then those of layers with a window. */
    private static List<PositionConfig.Kind> frequencies(LlamaLike model, ConfigOptions options) {
        RopeOptions rope = model.rope(options);
        double global = options.number("rope_theta", USUAL_GLOBAL_THETA);
        double local = options.number("rope_local_base_freq", RopeOptions.USUAL_THETA);
        ConfigOptions nested = rope.nested();
        if (!nested.has(LayerWindows.FULL) && !nested.has(LayerWindows.SLIDING)) {
            return List.of(
                    rope.ofLayerType(nested, global),
                    rope.ofLayerType(
                            new ConfigOptions(
                                    com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode()),
                            local));
        }
        List<PositionConfig.Kind> kinds = List.of(
                rope.ofLayerType(nested.nested(LayerWindows.FULL), global),
                rope.ofLayerType(nested.nested(LayerWindows.SLIDING), local));
        nested.requireNothingLeft("rope_parameters in config.json");
        return kinds;
    }
}
