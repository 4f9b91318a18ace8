package org.rft4j.engine.decoder;

/** What a forward pass keeps for the way back. */
public enum ActivationMemory {
    /** Nothing: there is no way back. */
    KEEP_NOTHING,
    /** Everything that autograd asks for; the plain way, for comparison. */
    KEEP_ALL,
    /** Inputs and results of matrix products; what lies between them is cheap and computed again. About half of all. */
    KEEP_PRODUCTS,
    /** Each layer's input; layers are computed again on the way back. Costs one more forward pass of the body. */
    RECOMPUTE_LAYERS
}
