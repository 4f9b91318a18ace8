package org.rft4j.core.model.family;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.rft4j.engine.Check;

/** Which layers see a window only: {@code layer_types}, or the rule that a family had before there were any. */
final class LayerWindows {
    static final String SLIDING = "sliding_attention";
    static final String FULL = "full_attention";

    private LayerWindows() {}

    /** The type of each layer. */
    static List<String> types(ConfigOptions options, int layers, IntPredicate slidesByRule) {
        List<String> types = options.texts("layer_types");
        if (types.isEmpty()) {
            return IntStream.range(0, layers)
                    .mapToObj(layer -> slidesByRule.test(layer) ? SLIDING : FULL)
                    .toList();
        }
        Check.that(
                types.size() == layers,
                "number of layer_types in config.json",
                types.size(),
                "must be num_hidden_layers, " + layers,
                "take the configuration that belongs to the weights");
        for (String type : types) {
            Check.that(
                    type.equals(SLIDING) || type.equals(FULL),
                    "a layer type in config.json",
                    type,
                    "must be " + FULL + " or " + SLIDING,
                    "use a checkpoint with these only");
        }
        return types;
    }

    /** The window of each layer, 0 where it sees everything. */
    static List<Integer> of(List<String> types, int window) {
        List<Integer> windows = new ArrayList<>();
        for (String type : types) {
            boolean slides = type.equals(SLIDING);
            Check.that(
                    !slides || window > 0,
                    "sliding_window in config.json",
                    window,
                    "must be positive where a layer slides",
                    "take the configuration that belongs to the weights");
            windows.add(slides ? window : 0);
        }
        return windows;
    }
}
