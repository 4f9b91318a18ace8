package org.rft4j.rewards.answer;

/** How much of the expected answer feedback may give away. */
public enum Reveal {
    /** That an answer is wrong, and no more. */
    NOTHING,
    /** In which way it is wrong, such as a factor of ten or a sign. */
    HINT,
    /** The expected answer itself. */
    ANSWER
}
