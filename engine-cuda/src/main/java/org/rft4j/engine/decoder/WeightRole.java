package org.rft4j.engine.decoder;

import java.util.Locale;

/** What a weight of a decoder is for. Biases follow what they are added to. */
public enum WeightRole {
    /** Token embedding [V,H]. */
    EMBEDDING(Place.MODEL),
    /** Learned positions [P,H]. */
    POSITION_EMBEDDING(Place.MODEL),
    /** The norm after the last layer [H]. */
    FINAL_NORM(Place.MODEL),
    /** Its bias [H]. */
    FINAL_NORM_BIAS(Place.MODEL),
    /** The map to logits [V,H], where it is not the embedding. */
    HEAD(Place.HEAD),
    /** Its bias [V]. */
    HEAD_BIAS(Place.HEAD),

    /** The norm before attention [H]. */
    INPUT_NORM(Place.LAYER),
    /** Its bias [H]. */
    INPUT_NORM_BIAS(Place.LAYER),
    /** Queries [N*D,H]. */
    QUERY(Place.MATRIX),
    /** Their bias [N*D]. */
    QUERY_BIAS(Place.LAYER),
    /** Keys [M*D,H]. */
    KEY(Place.MATRIX),
    /** Their bias [M*D]. */
    KEY_BIAS(Place.LAYER),
    /** Values [M*D,H]. */
    VALUE(Place.MATRIX),
    /** Their bias [M*D]. */
    VALUE_BIAS(Place.LAYER),
    /** All three in one. */
    QUERY_KEY_VALUE(Place.MATRIX),
    /** Their bias. */
    QUERY_KEY_VALUE_BIAS(Place.LAYER),
    /** The norm of queries. */
    QUERY_NORM(Place.LAYER),
    /** The norm of keys. */
    KEY_NORM(Place.LAYER),
    /** The output of attention [H,N*D]. */
    ATTENTION_OUTPUT(Place.MATRIX),
    /** Its bias [H]. */
    ATTENTION_OUTPUT_BIAS(Place.LAYER),
    /** The norm of attention's result [H]. */
    POST_ATTENTION_NORM(Place.LAYER),

    /** The norm before the feed-forward part [H]. */
    FEED_FORWARD_NORM(Place.LAYER),
    /** Its bias [H]. */
    FEED_FORWARD_NORM_BIAS(Place.LAYER),
    /** What is activated [F,H]. */
    GATE(Place.MATRIX),
    /** Its bias [F]. */
    GATE_BIAS(Place.LAYER),
    /** What the activated gate is multiplied by, or what is activated where there is no gate [F,H]. */
    UP(Place.MATRIX),
    /** Its bias [F]. */
    UP_BIAS(Place.LAYER),
    /** Gate above up [2F,H]. */
    GATE_UP(Place.MATRIX),
    /** Back to the width [H,F]. */
    DOWN(Place.MATRIX),
    /** Its bias [H]. */
    DOWN_BIAS(Place.LAYER),
    /** The norm of the feed-forward part's result [H]. */
    POST_FEED_FORWARD_NORM(Place.LAYER);

    private enum Place {
        MODEL,
        HEAD,
        LAYER,
        MATRIX
    }

    private final Place place;

    WeightRole(Place place) {
        this.place = place;
    }

    /**
     * Whether each layer has one.
     *
     * @return false for embeddings, the final norm and the head
     */
    public boolean isPerLayer() {
        return place == Place.LAYER || place == Place.MATRIX;
    }

    /**
     * Whether it is a matrix inside a layer, which is what a LoRA pair can stand beside.
     *
     * @return true for the maps of attention and feed-forward
     */
    public boolean isLayerMatrix() {
        return place == Place.MATRIX;
    }

    /**
     * Whether it belongs to the map to logits, which models without one (reward models, critics) lack.
     *
     * @return true for the head and its bias
     */
    public boolean isHead() {
        return place == Place.HEAD;
    }

    /** The key under which programs find it. */
    String programName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
