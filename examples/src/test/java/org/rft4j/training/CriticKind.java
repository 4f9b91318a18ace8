package org.rft4j.training;

/** Where the values of tokens come from. */
enum CriticKind {
    /** There are none. */
    NONE,
    /** From a model of its own, which begins with the policy's weights. */
    SEPARATE,
    /** From a second head on the policy's body. */
    SHARED
}
