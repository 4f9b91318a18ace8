package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.random.KeyedRandom;

/** Weights to start a model from scratch: for tests, teaching, experiments and benchmarks. */
public final class FreshDecoder {
    private static final double SPREAD = 0.02;
    private static final long MAXIMUM = 1 << 28;

    private FreshDecoder() {}

    /**
     * The sizes of the 15-million-parameter model of children's stories, with tied embeddings.
     *
     * @return 6 layers of 6 heads, width 288, 32,000 tokens
     */
    public static DecoderConfig ofStories15M() {
        return DecoderConfig.builder()
                .vocabulary(32_000)
                .width(288)
                .layers(6)
                .heads(6)
                .inner(768)
                .contextLength(256)
                .build();
    }

    /**
     * Makes the weights: matrices normal with deviation 0.02, norms neutral, biases 0.
     *
     * @param config the model
     * @param random every weight is a function of this stream and of its own name
     * @param owner device and lifetime of the weights
     * @return arrays by key, not requiring gradients
     */
    public static Map<WeightKey, NDArray> weights(DecoderConfig config, KeyedRandom random, NDManager owner) {
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>();
        double neutral = config.norms().kind() == NormConfig.Kind.RMS_PLUS_ONE ? 0 : 1;
        DecoderLayout.shapes(config).forEach((key, shape) -> {
            String name = key.role().programName();
            if (name.endsWith("_bias")) {
                weights.put(key, NativeScope.leaveToManager(owner.zeros(shape)));
            } else if (name.endsWith("_norm")) {
                weights.put(key, NativeScope.leaveToManager(owner.full(shape, (float) neutral)));
            } else {
                KeyedRandom stream = random.derive(name).derive(key.layer());
                weights.put(key, matrix(stream, shape, owner));
            }
        });
        return weights;
    }

    /**
     * Makes a decoder all of whose weights are trained.
     *
     * @param config the model
     * @param random every weight is a function of this stream and of its own name
     * @param owner device and lifetime of the weights
     * @return the decoder
     */
    public static Decoder create(DecoderConfig config, KeyedRandom random, NDManager owner) {
        Map<WeightKey, NDArray> weights = weights(config, random, owner);
        weights.values().forEach(weight -> weight.setRequiresGradient(true));
        return Decoder.of(config, weights);
    }

    private static NDArray matrix(KeyedRandom random, Shape shape, NDManager owner) {
        Check.that(
                shape.size() <= MAXIMUM,
                "size of a fresh matrix",
                shape,
                "must be at most " + MAXIMUM + " numbers",
                "start a model of this size from a checkpoint");
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (SPREAD * random.gaussian(i));
        }
        try (NDArray onHost = owner.create(values, shape)) {
            return NativeScope.leaveToManager(
                    onHost.duplicate()); // libtorch's own aligned memory instead of a Java buffer
        }
    }
}
