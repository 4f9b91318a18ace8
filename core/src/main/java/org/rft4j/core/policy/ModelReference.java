package org.rft4j.core.policy;

import org.rft4j.engine.decoder.Decoder;

/** A reference that is there as a model, so that any text can be scored and whole distributions be compared. */
public sealed interface ModelReference extends Reference
        permits FrozenReference, AdapterOffReference, AverageReference {
    /**
     * The decoder that scores.
     *
     * @return a decoder, which lives as long as the reference
     */
    Decoder decoder();
}
