package org.rft4j.engine.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.NativeScope;

/**
 * A decoder as its programs see it: one map of what all layers share and one map per layer. Numbers are 0-d tensors on the
 * processor, so that reading one never waits for a device.
 */
record DecoderMaps(Map<String, NDArray> shared, List<Map<String, NDArray>> layers) {
    private static final String LORA = "_lora_";

    /**
     * Builds the maps.
     *
     * @param owner lives as long as the decoder, on its device
     */
    static DecoderMaps of(
            DecoderConfig config, Map<WeightKey, NDArray> weights, Map<WeightKey, LoraPair> lora, NDManager owner) {
        NDManager host = owner.newSubManager(Device.cpu());
        Map<String, NDArray> shared = new LinkedHashMap<>();
        List<Map<String, NDArray>> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(new LinkedHashMap<>());
        }
        weights.forEach((key, weight) -> {
            if (key.role().isPerLayer()) {
                layers.get(key.layer()).put(key.role().programName(), weight);
            } else if (!key.role().isHead()) {
                shared.put(key.role().programName(), weight);
            }
        });
        lora.forEach((key, pair) -> {
            Map<String, NDArray> layer = layers.get(key.layer());
            String name = key.role().programName();
            layer.put(name + LORA + "a", pair.a());
            layer.put(name + LORA + "b", pair.b());
            layer.put(name + LORA + "scale", number(host, pair.scale()));
        });
        addNumbers(shared, config, host);
        addPositions(shared, layers, config, owner, host);
        addWindows(shared, layers, config.attention().windows(), host);
        return new DecoderMaps(shared, layers);
    }

    /** The same tensors without those of LoRA pairs. */
    DecoderMaps withoutLora() {
        return new DecoderMaps(
                shared,
                layers.stream()
                        .map(layer -> {
                            Map<String, NDArray> fewer = new LinkedHashMap<>(layer);
                            fewer.keySet().removeIf(name -> name.contains(LORA));
                            return fewer;
                        })
                        .toList());
    }

    private static void addNumbers(Map<String, NDArray> shared, DecoderConfig config, NDManager host) {
        AttentionConfig attention = config.attention();
        shared.put("heads", number(host, attention.heads()));
        shared.put("key_value_heads", number(host, attention.keyValueHeads()));
        shared.put("head_width", number(host, attention.headWidth()));
        shared.put("inner", number(host, config.feedForward().inner()));
        shared.put("attention_scale", number(host, attention.scale()));
        shared.put("norm_eps", number(host, config.norms().eps()));
        shared.put("activation", number(host, config.feedForward().activation().ordinal()));
        if (attention.softcap() > 0) {
            shared.put("attention_softcap", number(host, attention.softcap()));
        }
        if (config.embeddingScale() != 1) {
            shared.put("embedding_scale", number(host, config.embeddingScale()));
        }
        NDArray yes = number(host, 1);
        flag(shared, "layer_norm", config.norms().kind() == NormConfig.Kind.LAYER, yes);
        flag(shared, "norm_offset", config.norms().kind() == NormConfig.Kind.RMS_PLUS_ONE, yes);
        flag(shared, "parallel", config.norms().placement() == NormConfig.Placement.BEFORE_IN_PARALLEL, yes);
        flag(shared, "transposed", config.transposed(), yes);
        flag(shared, "by_head", attention.layout() == AttentionConfig.Layout.FUSED_BY_HEAD, yes);
        flag(shared, "whole_query_key_norm", attention.norm() == AttentionConfig.QueryKeyNorm.WHOLE, yes);
    }

    private static void addPositions(
            Map<String, NDArray> shared,
            List<Map<String, NDArray>> layers,
            DecoderConfig config,
            NDManager owner,
            NDManager host) {
        if (!(config.positions() instanceof PositionConfig.Rotary rotary)) {
            return;
        }
        for (int i = 0; i < rotary.kinds().size(); i++) {
            PositionConfig.Kind kind = rotary.kinds().get(i);
            float[] frequencies = kind.scaling().frequencies(kind.theta(), kind.width(), config.contextLength());
            try (NDArray aliasing = host.create(frequencies);
                    NDArray onHost = aliasing.duplicate()) {
                NDArray there = onHost.toDevice(owner.getDevice(), false);
                NDArray mine = there == onHost ? onHost.duplicate() : there;
                mine.attach(owner);
                shared.put("rope_" + i, NativeScope.leaveToManager(mine));
            }
            shared.put("rope_factor_" + i, number(host, kind.scaling().attentionFactor()));
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            int kind = rotary.kindOfLayer().get(layer);
            if (kind != PositionConfig.NO_POSITIONS) {
                layers.get(layer).put("rope", number(host, kind));
            }
        }
    }

    private static void addWindows(
            Map<String, NDArray> shared, List<Map<String, NDArray>> layers, List<Integer> windows, NDManager host) {
        List<Integer> different = windows.stream().distinct().toList();
        for (int i = 0; i < different.size(); i++) {
            shared.put("window_" + i, number(host, different.get(i)));
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).put("window", number(host, different.indexOf(windows.get(layer))));
        }
    }

    private static void flag(Map<String, NDArray> shared, String name, boolean set, NDArray yes) {
        if (set) {
            shared.put(name, yes);
        }
    }

    private static NDArray number(NDManager host, double value) {
        try (NDArray aliasing = host.create(value)) {
            return NativeScope.leaveToManager(aliasing.duplicate());
        }
    }
}
