package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * Which weight of a decoder.
 *
 * @param role what it is for
 * @param layer its layer, counted from 0; {@link #NO_LAYER} for what all layers share
 */
public record WeightKey(WeightRole role, int layer) {
    /** The layer of weights that belong to none. */
    public static final int NO_LAYER = -1;

    public WeightKey {
        Check.that(
                role.isPerLayer() ? layer >= 0 : layer == NO_LAYER,
                "layer of " + role,
                layer,
                role.isPerLayer() ? "must be at least 0" : "must be -1: there is one for all layers",
                "use WeightKey.of");
    }

    /**
     * A weight that all layers share.
     *
     * @param role what it is for
     * @return its key
     */
    public static WeightKey of(WeightRole role) {
        return new WeightKey(role, NO_LAYER);
    }

    /**
     * A weight of a layer.
     *
     * @param role what it is for
     * @param layer counted from 0
     * @return its key
     */
    public static WeightKey of(WeightRole role, int layer) {
        return new WeightKey(role, layer);
    }

    @Override
    public String toString() {
        return role.isPerLayer() ? "layer " + layer + " " + role.programName() : role.programName();
    }
}
