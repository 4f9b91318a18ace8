package org.rft4j.engine.decoder;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes configurations of Llama-style decoders; whatever is not set follows from the width or has Llama's value. */
public final class DecoderConfigBuilder {
    private static final int FEED_FORWARD_RATIO = 4;

    private int vocabulary = 512;
    private int width = 64;
    private int layers = 2;
    private int heads = 4;
    private @Nullable Integer keyValueHeads;
    private @Nullable Integer headWidth;
    private @Nullable Integer inner;
    private int contextLength = 512;
    private double theta = 10_000;
    private double normEps = 1e-5;
    private AttentionConfig.QueryKeyNorm queryKeyNorm = AttentionConfig.QueryKeyNorm.NONE;
    private HeadConfig head = HeadConfig.TIED;
    private @Nullable Integer window;

    DecoderConfigBuilder() {}

    /**
     * Sets the number of tokens.
     *
     * @param count V, 512 if not set
     * @return this
     */
    public DecoderConfigBuilder vocabulary(int count) {
        vocabulary = count;
        return this;
    }

    /**
     * Sets the width of the hidden states.
     *
     * @param size H, 64 if not set
     * @return this
     */
    public DecoderConfigBuilder width(int size) {
        width = size;
        return this;
    }

    /**
     * Sets the number of layers.
     *
     * @param count 2 if not set
     * @return this
     */
    public DecoderConfigBuilder layers(int count) {
        layers = count;
        return this;
    }

    /**
     * Sets the number of query heads.
     *
     * @param count N, 4 if not set
     * @return this
     */
    public DecoderConfigBuilder heads(int count) {
        heads = count;
        return this;
    }

    /**
     * Sets the number of key and value heads.
     *
     * @param count M, as many as query heads if not set
     * @return this
     */
    public DecoderConfigBuilder keyValueHeads(int count) {
        keyValueHeads = count;
        return this;
    }

    /**
     * Sets the width of a head.
     *
     * @param size D, the width over the number of heads if not set
     * @return this
     */
    public DecoderConfigBuilder headWidth(int size) {
        headWidth = size;
        return this;
    }

    /**
     * Sets the inner width of the feed-forward part.
     *
     * @param size F, 4 times the width if not set
     * @return this
     */
    public DecoderConfigBuilder inner(int size) {
        inner = size;
        return this;
    }

    /**
     * Sets the length that the model is made for.
     *
     * @param length 512 if not set
     * @return this
     */
    public DecoderConfigBuilder contextLength(int length) {
        contextLength = length;
        return this;
    }

    /**
     * Sets the base of the rotary frequencies.
     *
     * @param base 10,000 if not set
     * @return this
     */
    public DecoderConfigBuilder ropeTheta(double base) {
        theta = base;
        return this;
    }

    /**
     * Sets what norms add under their root.
     *
     * @param eps 1e-5 if not set
     * @return this
     */
    public DecoderConfigBuilder normEps(double eps) {
        normEps = eps;
        return this;
    }

    /**
     * Norms queries and keys head by head, as Qwen3 does.
     *
     * @return this
     */
    public DecoderConfigBuilder queryKeyNorm() {
        queryKeyNorm = AttentionConfig.QueryKeyNorm.PER_HEAD;
        return this;
    }

    /**
     * Gives the head a matrix of its own instead of the embedding's.
     *
     * @return this
     */
    public DecoderConfigBuilder untiedHead() {
        head = HeadConfig.UNTIED;
        return this;
    }

    /**
     * Lets every layer see a number of tokens only, as Mistral does.
     *
     * @param tokens how many, the newest included
     * @return this
     */
    public DecoderConfigBuilder slidingWindow(int tokens) {
        window = tokens;
        return this;
    }

    /**
     * Makes the configuration.
     *
     * @return it
     */
    public DecoderConfig build() {
        DecoderConfig.requireSizes(vocabulary, width, layers, contextLength);
        int perHead = headWidth != null ? headWidth : Math.max(1, width / Math.max(1, heads));
        List<Integer> windows = Collections.nCopies(layers, window == null ? 0 : window);
        AttentionConfig attention = new AttentionConfig(
                heads,
                keyValueHeads != null ? keyValueHeads : heads,
                perHead,
                1 / Math.sqrt(perHead),
                0,
                AttentionConfig.Layout.SEPARATE,
                false,
                false,
                queryKeyNorm,
                windows);
        FeedForwardConfig feedForward = new FeedForwardConfig(
                inner != null ? inner : FEED_FORWARD_RATIO * width,
                FeedForwardConfig.Activation.SILU,
                FeedForwardConfig.Gate.SEPARATE,
                false);
        return new DecoderConfig(
                vocabulary,
                width,
                layers,
                contextLength,
                attention,
                feedForward,
                new NormConfig(NormConfig.Kind.RMS, normEps, NormConfig.Placement.BEFORE),
                PositionConfig.rotary(theta, perHead, layers),
                head,
                1,
                false);
    }
}
