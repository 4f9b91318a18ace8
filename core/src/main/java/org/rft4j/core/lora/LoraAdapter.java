package org.rft4j.core.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.program.TensorBytes;
import org.rft4j.engine.random.KeyedRandom;

/**
 * An adapter in memory, in the number format of the model that it was made for. Whoever made the manager of its arrays closes
 * it.
 *
 * @param config what it is
 * @param pairs LoRA pairs by the matrix they stand beside
 * @param saved weights that replace the model's own
 */
public record LoraAdapter(LoraConfig config, Map<WeightKey, LoraPair> pairs, Map<WeightKey, NDArray> saved) {
    static final String A = ".lora_A.weight";
    static final String B = ".lora_B.weight";

    public LoraAdapter {
        pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
        saved = Collections.unmodifiableMap(new LinkedHashMap<>(saved));
    }

    /**
     * A fresh adapter, which changes nothing yet: A is uniform in ±1/sqrt(in), as PEFT draws it, B is zero, and modules to
     * save are copies.
     *
     * @param model the model under it
     * @param config what to make
     * @param owner lifetime of the arrays, on the model's device; nothing stays there if making them fails
     * @return the adapter
     */
    public static LoraAdapter create(ModelWeights model, LoraConfig config, NDManager owner) {
        return Made.below(owner, manager -> fresh(model, config, manager));
    }

    private static LoraAdapter fresh(ModelWeights model, LoraConfig config, NDManager owner) {
        LoraModules modules = new LoraModules(model);
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>();
        modules.targets(config).forEach((module, key) -> pairs.put(key, freshPair(model, config, module, key, owner)));
        Map<WeightKey, NDArray> saved = new LinkedHashMap<>();
        for (WeightKey key : modules.saved(config)) {
            NDArray weight = weightOf(model, key);
            saved.put(key, WeightUpdates.copyOf(weight, Precision.of(weight), owner));
        }
        return new LoraAdapter(config, pairs, saved);
    }

    /**
     * The adapter's arrays as PEFT names them, without its prefix.
     *
     * @param model the model under it
     * @return arrays by name, for example {@code model.layers.0.self_attn.q_proj.lora_A.weight}
     */
    public Map<String, NDArray> named(ModelWeights model) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        pairs.forEach((key, pair) -> {
            String module = LoraModules.moduleOf(model, key);
            named.put(module + A, pair.a());
            named.put(module + B, pair.b());
        });
        saved.forEach((key, weight) -> named.put(model.family().tensorName(key), weight));
        return named;
    }

    static NDArray weightOf(ModelWeights model, WeightKey key) {
        return Objects.requireNonNull(model.weights().get(key));
    }

    /** The sizes [out,in] of a matrix, however it is stored. */
    static Shape sizesOf(ModelWeights model, WeightKey key) {
        Shape stored = weightOf(model, key).getShape();
        return model.config().transposed() ? new Shape(stored.get(1), stored.get(0)) : stored;
    }

    private static LoraPair freshPair(
            ModelWeights model, LoraConfig config, String module, WeightKey key, NDManager owner) {
        Shape sizes = sizesOf(model, key);
        int rank = config.rankOf(module);
        int from = Math.toIntExact(sizes.get(1));
        KeyedRandom random = KeyedRandom.ofSeed(config.seed()).derive("lora_A").derive(module);
        float[] values = new float[Math.multiplyExact(rank, from)];
        double bound = 1 / Math.sqrt(from);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.uniform(i) - 1));
        }
        Precision precision = Precision.of(weightOf(model, key));
        NDArray b = TensorBytes.allocate(precision.dataType(), new Shape(sizes.get(0), rank), owner);
        try (NDArray drawn = owner.create(values, new Shape(rank, from));
                NDArray zeros = owner.zeros(b.getShape())) {
            NDArray a = WeightUpdates.copyOf(drawn, precision, owner);
            WeightUpdates.copy(List.of(b), List.of(zeros));
            return new LoraPair(a, b, config.scaleOf(module));
        }
    }
}
