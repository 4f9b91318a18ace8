package org.rft4j.engine.decoder;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which weights a configuration asks for, and their shapes. */
public final class DecoderLayout {
    private final DecoderConfig config;
    private final Map<WeightKey, Shape> shapes = new LinkedHashMap<>();

    private DecoderLayout(DecoderConfig config) {
        this.config = config;
        addShared(WeightRole.EMBEDDING, config.vocabulary(), config.width());
        if (config.positions() instanceof PositionConfig.Learned learned) {
            addShared(WeightRole.POSITION_EMBEDDING, learned.count(), config.width());
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            addAttention(layer);
            addFeedForward(layer);
        }
        addShared(WeightRole.FINAL_NORM, config.width());
        if (config.norms().kind() == NormConfig.Kind.LAYER) {
            addShared(WeightRole.FINAL_NORM_BIAS, config.width());
        }
        if (!config.head().tied()) {
            addShared(WeightRole.HEAD, config.vocabulary(), config.width());
        }
        if (config.head().bias()) {
            addShared(WeightRole.HEAD_BIAS, config.vocabulary());
        }
    }

    /**
     * Lists the weights of a configuration, the embedding first, then layer by layer, the head last.
     *
     * @param config the configuration
     * @return shapes by key, in that order
     */
    public static Map<WeightKey, Shape> shapes(DecoderConfig config) {
        return Collections.unmodifiableMap(new DecoderLayout(config).shapes);
    }

    private void addAttention(int layer) {
        AttentionConfig attention = config.attention();
        int queries = attention.queryWidth();
        int keys = attention.keyWidth();
        if (config.norms().before()) {
            addNorm(layer, WeightRole.INPUT_NORM, WeightRole.INPUT_NORM_BIAS, config.width());
        }
        if (attention.layout() == AttentionConfig.Layout.SEPARATE) {
            addMap(layer, WeightRole.QUERY, WeightRole.QUERY_BIAS, queries, config.width(), attention.inputBias());
            addMap(layer, WeightRole.KEY, WeightRole.KEY_BIAS, keys, config.width(), attention.inputBias());
            addMap(layer, WeightRole.VALUE, WeightRole.VALUE_BIAS, keys, config.width(), attention.inputBias());
        } else {
            addMap(
                    layer,
                    WeightRole.QUERY_KEY_VALUE,
                    WeightRole.QUERY_KEY_VALUE_BIAS,
                    queries + 2 * keys,
                    config.width(),
                    attention.inputBias());
        }
        switch (attention.norm()) {
            case NONE -> {}
            case PER_HEAD -> addQueryKeyNorms(layer, attention.headWidth(), attention.headWidth());
            case WHOLE -> addQueryKeyNorms(layer, queries, keys);
        }
        addMap(
                layer,
                WeightRole.ATTENTION_OUTPUT,
                WeightRole.ATTENTION_OUTPUT_BIAS,
                config.width(),
                queries,
                attention.outputBias());
        if (config.norms().after()) {
            add(layer, WeightRole.POST_ATTENTION_NORM, config.width());
        }
    }

    private void addFeedForward(int layer) {
        FeedForwardConfig feed = config.feedForward();
        int width = config.width();
        if (config.norms().before()) {
            addNorm(layer, WeightRole.FEED_FORWARD_NORM, WeightRole.FEED_FORWARD_NORM_BIAS, width);
        }
        switch (feed.gate()) {
            case NONE -> addMap(layer, WeightRole.UP, WeightRole.UP_BIAS, feed.inner(), width, feed.bias());
            case SEPARATE -> {
                addMap(layer, WeightRole.GATE, WeightRole.GATE_BIAS, feed.inner(), width, feed.bias());
                addMap(layer, WeightRole.UP, WeightRole.UP_BIAS, feed.inner(), width, feed.bias());
            }
            case FUSED -> add(layer, WeightRole.GATE_UP, 2L * feed.inner(), width);
        }
        addMap(layer, WeightRole.DOWN, WeightRole.DOWN_BIAS, width, feed.inner(), feed.bias());
        if (config.norms().after()) {
            add(layer, WeightRole.POST_FEED_FORWARD_NORM, width);
        }
    }

    private void addQueryKeyNorms(int layer, int queries, int keys) {
        add(layer, WeightRole.QUERY_NORM, queries);
        add(layer, WeightRole.KEY_NORM, keys);
    }

    private void addNorm(int layer, WeightRole norm, WeightRole bias, int width) {
        add(layer, norm, width);
        if (config.norms().kind() == NormConfig.Kind.LAYER) {
            add(layer, bias, width);
        }
    }

    private void addMap(int layer, WeightRole matrix, WeightRole bias, long to, long from, boolean withBias) {
        if (config.transposed()) {
            add(layer, matrix, from, to);
        } else {
            add(layer, matrix, to, from);
        }
        if (withBias) {
            add(layer, bias, to);
        }
    }

    private void addShared(WeightRole role, long... shape) {
        shapes.put(WeightKey.of(role), new Shape(shape));
    }

    private void add(int layer, WeightRole role, long... shape) {
        shapes.put(WeightKey.of(role, layer), new Shape(shape));
    }
}
