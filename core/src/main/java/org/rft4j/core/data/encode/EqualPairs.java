package org.rft4j.core.data.encode;

/** What becomes of a preference whose answers have the same tokens, often because both were cut to the same. It is counted in any case. */
public enum EqualPairs {
    /** It is trained, although it prefers nothing. */
    KEEP,
    /** It is left out. */
    DROP
}
