package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Sizes of a decoder that starts from random weights: for tests, experiments and benchmarks.
 *
 * @param shape layers and heads
 * @param vocabulary number of tokens
 * @param width of the hidden states
 * @param inner width inside the feed-forward blocks
 */
public record FreshDecoder(DecoderShape shape, int vocabulary, int width, int inner) {
    private static final double SPREAD = 0.02;
    private static final long MAXIMUM = 1 << 28;

    /** Refuses sizes that are not positive. */
    public FreshDecoder {
        Check.that(
                vocabulary > 0 && width > 0 && inner > 0,
                "vocabulary, width and inner",
                vocabulary + ", " + width + ", " + inner,
                "must all be positive",
                "take a small model's sizes, for example 512, 64 and 172");
    }

    /**
     * The sizes of the 15-million-parameter model of children's stories, with tied embeddings.
     *
     * @return 6 layers of 6 heads, width 288, 32,000 tokens
     */
    public static FreshDecoder ofStories15M() {
        return new FreshDecoder(new DecoderShape(6, 6, 6, 48, 1e-5, 10_000), 32_000, 288, 768);
    }

    /**
     * Makes the weights: matrices normal with deviation 0.02, norms 1, all requiring gradients.
     *
     * @param random every weight is a function of this stream
     * @param owner device and lifetime of the weights
     * @return the decoder
     */
    public Decoder create(KeyedRandom random, NDManager owner) {
        long queries = (long) shape.heads() * shape.headWidth();
        long keys = (long) shape.keyValueHeads() * shape.headWidth();
        List<NDArray> weights = new ArrayList<>();
        weights.add(matrix(random.derive("embedding"), vocabulary, width, owner));
        for (int layer = 0; layer < shape.layers(); layer++) {
            KeyedRandom stream = random.derive("layer").derive(layer);
            weights.add(norm(owner));
            weights.add(matrix(stream.derive("query"), queries, width, owner));
            weights.add(matrix(stream.derive("key"), keys, width, owner));
            weights.add(matrix(stream.derive("value"), keys, width, owner));
            weights.add(matrix(stream.derive("output"), width, queries, owner));
            weights.add(norm(owner));
            weights.add(matrix(stream.derive("gate"), inner, width, owner));
            weights.add(matrix(stream.derive("up"), inner, width, owner));
            weights.add(matrix(stream.derive("down"), width, inner, owner));
        }
        weights.add(norm(owner));
        weights.forEach(weight -> weight.setRequiresGradient(true));
        return new Decoder(shape, weights);
    }

    private NDArray norm(NDManager owner) {
        return NativeScope.leaveToManager(owner.ones(new Shape(width)));
    }

    private static NDArray matrix(KeyedRandom random, long rows, long columns, NDManager owner) {
        Check.that(
                rows * columns <= MAXIMUM,
                "size of a fresh matrix",
                rows + " x " + columns,
                "must be at most " + MAXIMUM + " numbers",
                "start a model of this size from a checkpoint");
        float[] values = new float[Math.toIntExact(rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (SPREAD * random.gaussian(i));
        }
        try (NDArray onHost = owner.create(values, new Shape(rows, columns))) {
            return NativeScope.leaveToManager(
                    onHost.duplicate()); // libtorch's own aligned memory instead of a Java buffer
        }
    }
}
