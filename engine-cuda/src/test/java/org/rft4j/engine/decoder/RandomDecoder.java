package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;

/** Decoders with random weights, those of norms, biases and LoRA pairs included: nothing is neutral, so nothing can hide. */
final class RandomDecoder {
    private static final double SPREAD = 0.25;
    private static final int RANK = 2;
    private static final double LORA_SCALE = 0.7;

    private RandomDecoder() {}

    /** The same numbers for the same configuration and stream, whatever is trained. */
    static Decoder of(
            DecoderConfig config,
            KeyedRandom random,
            Precision precision,
            Predicate<WeightKey> trained,
            Predicate<WeightKey> withLora,
            NDManager manager) {
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>();
        Map<WeightKey, LoraPair> lora = new LinkedHashMap<>();
        DecoderLayout.shapes(config).forEach((key, shape) -> {
            boolean norm = key.role().name().endsWith("NORM");
            NDArray weight = array(random.derive(key.toString()), shape, norm ? 1 : 0, precision, manager);
            weight.setRequiresGradient(trained.test(key));
            weights.put(key, weight);
            if (key.role().isLayerMatrix() && withLora.test(key)) {
                long to = shape.get(config.transposed() ? 1 : 0);
                long from = shape.get(config.transposed() ? 0 : 1);
                NDArray a = array(random.derive(key + " a"), new Shape(RANK, from), 0, precision, manager);
                NDArray b = array(random.derive(key + " b"), new Shape(to, RANK), 0, precision, manager);
                a.setRequiresGradient(true);
                b.setRequiresGradient(true);
                lora.put(key, new LoraPair(a, b, LORA_SCALE));
            }
        });
        return Decoder.of(config, weights, lora);
    }

    private static NDArray array(KeyedRandom random, Shape shape, double mean, Precision precision, NDManager manager) {
        double[] values = Numbers.normal(random, Math.toIntExact(shape.size()), SPREAD);
        for (int i = 0; i < values.length; i++) {
            values[i] += mean;
        }
        return precision.convert(Tensors.of(manager, values, shape.getShape())).duplicate();
    }
}
