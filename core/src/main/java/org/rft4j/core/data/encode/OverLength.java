package org.rft4j.core.data.encode;

/** What becomes of an example that has too many tokens. Answers to one prompt, such as those of a preference, are cut alike. */
public enum OverLength {
    /** The beginning stays, as TRL's {@code keep_start} does it. An example of whose answer nothing would be left is dropped. */
    KEEP_START,
    /**
     * The end stays: tokens go from the beginning of the prompt, as many for each answer as the longest needs, so that all answers keep the same
     * prompt. TRL's {@code keep_end} cuts each by itself. What is still too long then loses the beginning of its answer.
     */
    KEEP_END,
    /** It is left out. */
    DROP,
    /** It is an error. */
    REFUSE
}
