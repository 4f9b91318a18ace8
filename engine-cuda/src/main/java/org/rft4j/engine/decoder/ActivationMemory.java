package org.rft4j.engine.decoder;

/** What a forward pass keeps for the way back. */
public enum ActivationMemory {
    /** Nothing: there is no way back. */
    KEEP_NOTHING,
    /** Everything autograd asks for: fastest. */
    KEEP_ALL,
    /** Each layer's input; layers are computed again on the way back. Costs one more forward pass of the body. */
    RECOMPUTE_LAYERS
}
