package org.rft4j.core.model.family;

import java.util.List;
import java.util.stream.IntStream;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.WeightKey;

/** SmolLM3: Llama in which some layers have no positions. */
final class SmolLm3Family implements ModelFamily {
    private static final double USUAL_THETA = 2_000_000;
    private static final int USUAL_INTERVAL = 4;

    private static final ReadSizes.Usual USUAL = new ReadSizes.Usual(4, 0, 32_768);

    private final TensorNames names = TensorNames.likeLlama(modelType());

    @Override
    public String modelType() {
        return "smollm3";
    }

    @Override
    public String causalArchitecture() {
        return "SmolLM3ForCausalLM";
    }

    @Override
    public String tensorName(WeightKey key) {
        return names.nameOf(key);
    }

    @Override
    public DecoderConfig read(ConfigOptions options) {
        LlamaLike model = new LlamaLike(options, USUAL);
        int layers = model.sizes.layers();
        model.setBias(options.flag("attention_bias", false));
        model.feedForwardBias = options.flag("mlp_bias", false);
        List<Integer> kinds = kinds(options, layers);
        int window = options.integer("sliding_window", 0);
        boolean used = options.flag("use_sliding_window", false) && window > 0;
        model.windows = LayerWindows.of(
                LayerWindows.types(options, layers, layer -> used && kinds.get(layer) == PositionConfig.NO_POSITIONS),
                window);
        options.pass("max_window_layers");
        model.positions = new PositionConfig.Rotary(List.of(model.rope(options).wholeHeads(USUAL_THETA)), kinds);
        model.setTied(options.flag("tie_word_embeddings", true));
        return model.build();
    }

    /** 1 in {@code no_rope_layers} stands for a layer that has positions; without a list every fourth layer has none. */
    private static List<Integer> kinds(ConfigOptions options, int layers) {
        int interval = options.count("no_rope_layer_interval", USUAL_INTERVAL);
        List<Double> listed = options.numbers("no_rope_layers");
        if (listed.isEmpty()) {
            return IntStream.range(0, layers)
                    .mapToObj(layer -> (layer + 1) % interval != 0 ? 0 : PositionConfig.NO_POSITIONS)
                    .toList();
        }
        Check.that(
                listed.size() == layers,
                "number of no_rope_layers in config.json",
                listed.size(),
                "must be num_hidden_layers, " + layers,
                "take the configuration that belongs to the weights");
        return listed.stream()
                .map(has -> has != 0 ? 0 : PositionConfig.NO_POSITIONS)
                .toList();
    }
}
