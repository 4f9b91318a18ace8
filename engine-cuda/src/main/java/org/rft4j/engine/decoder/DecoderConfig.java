package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * Everything but the weights that describes a decoder. {@link #builder} makes Llama-style ones; other families set the parts
 * they need.
 *
 * @param vocabulary number of tokens V
 * @param width of the hidden states H
 * @param layers number of layers
 * @param contextLength the length that the model is set up for; scalings of rotary positions depend on it
 * @param attention heads and their scores
 * @param feedForward the feed-forward part
 * @param norms which norms, and where
 * @param positions how the model knows where a token stands
 * @param head the map to logits
 * @param embeddingScale what embeddings are multiplied by, 1 for most
 * @param transposed whether matrices inside layers are stored [in,out]: GPT-2
 */
public record DecoderConfig(
        int vocabulary,
        int width,
        int layers,
        int contextLength,
        AttentionConfig attention,
        FeedForwardConfig feedForward,
        NormConfig norms,
        PositionConfig positions,
        HeadConfig head,
        double embeddingScale,
        boolean transposed) {
    public DecoderConfig {
        requireSizes(vocabulary, width, layers, contextLength);
        requirePerLayer("attention windows", attention.windows().size(), layers);
        requireSupported(attention, norms);
        requireSupported(feedForward, transposed);
        if (positions instanceof PositionConfig.Rotary rotary) {
            requirePerLayer("rotary kinds", rotary.kindOfLayer().size(), layers);
            for (PositionConfig.Kind kind : rotary.kinds()) {
                Check.that(
                        kind.width() <= attention.headWidth(),
                        "rotated width",
                        kind.width(),
                        "must be at most the head's width " + attention.headWidth(),
                        "rotary positions turn a part of each head");
            }
        } else if (positions instanceof PositionConfig.Learned learned) {
            Check.that(
                    contextLength <= learned.count(),
                    "contextLength",
                    contextLength,
                    "must be at most the number of learned positions " + learned.count(),
                    "shorten it");
        }
        Check.that(
                embeddingScale > 0 && Double.isFinite(embeddingScale),
                "embeddingScale",
                embeddingScale,
                "must be finite and positive",
                "use 1 for none");
    }

    /**
     * The same model set up for another length.
     *
     * @param length the longest text it will meet
     * @return a new configuration
     */
    public DecoderConfig withContextLength(int length) {
        return new DecoderConfig(
                vocabulary,
                width,
                layers,
                length,
                attention,
                feedForward,
                norms,
                positions,
                head,
                embeddingScale,
                transposed);
    }

    /**
     * The same model with another head.
     *
     * @param other the map to logits
     * @return a new configuration
     */
    public DecoderConfig withHead(HeadConfig other) {
        return new DecoderConfig(
                vocabulary,
                width,
                layers,
                contextLength,
                attention,
                feedForward,
                norms,
                positions,
                other,
                embeddingScale,
                transposed);
    }

    /**
     * A Llama-style decoder, step by step.
     *
     * @return a builder with the sizes of a tiny model
     */
    public static DecoderConfigBuilder builder() {
        return new DecoderConfigBuilder();
    }

    static void requireSizes(int vocabulary, int width, int layers, int contextLength) {
        Check.that(
                vocabulary > 0 && width > 0 && layers > 0 && contextLength > 0,
                "vocabulary, width, layers and contextLength",
                vocabulary + ", " + width + ", " + layers + " and " + contextLength,
                "must all be positive",
                "take a small model's sizes, for example 512, 64, 2 and 512");
    }

    /** No known model asks for what is refused here, so no weights have been given a place for it. */
    private static void requireSupported(AttentionConfig attention, NormConfig norms) {
        boolean plain = !norms.after() && attention.norm() == AttentionConfig.QueryKeyNorm.NONE;
        Check.that(
                norms.kind() != NormConfig.Kind.LAYER || plain,
                "norms of kind LAYER",
                "placement " + norms.placement() + " with query-key norm " + attention.norm(),
                "must stand before attention and feed-forward only: norms elsewhere have no biases",
                "use BEFORE or BEFORE_IN_PARALLEL and the query-key norm NONE, or norms of kind RMS");
    }

    private static void requireSupported(FeedForwardConfig feedForward, boolean transposed) {
        Check.that(
                feedForward.gate() != FeedForwardConfig.Gate.FUSED || (!transposed && !feedForward.bias()),
                "gate FUSED",
                "with transposed " + transposed + " and bias " + feedForward.bias(),
                "must be without both",
                "split the matrix and use Gate.SEPARATE");
    }

    private static void requirePerLayer(String what, int count, int layers) {
        Check.that(
                count == layers, "number of " + what, count, "must be the number of layers " + layers, "list one each");
    }
}
