package org.rft4j.rewards.run;

/** What came of a call. */
sealed interface CallOutcome<T> {
    record Returned<T>(T value) implements CallOutcome<T> {}

    record Threw<T>(Throwable cause) implements CallOutcome<T> {}

    /** It had not come back at its deadline. */
    record TimedOut<T>() implements CallOutcome<T> {}
}
