package org.rft4j.rewards.maths;

/** Functions that are evaluated. */
enum Function {
    SIN,
    COS,
    TAN,
    COT,
    SEC,
    CSC,
    ARCSIN,
    ARCCOS,
    ARCTAN,
    SINH,
    COSH,
    TANH,
    EXP,
    LN,
    /** Base, then argument. */
    LOG,
    ABS,
    FLOOR,
    CEILING,
    FACTORIAL,
    DOUBLE_FACTORIAL,
    BINOMIAL,
    GCD,
    LCM,
    MAX,
    MIN,
    /** Degrees to radians. */
    DEGREES,
    PERCENT
}
