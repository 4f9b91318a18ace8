package org.rft4j.engine;

import org.jspecify.annotations.Nullable;

/** Argument checks that produce messages with what, value, rule and way out. */
public final class Check {
    private Check() {}

    /**
     * Throws unless the condition holds.
     *
     * @param condition what must be true
     * @param what the argument, as the caller knows it
     * @param value its value
     * @param rule what it must be, starting with "must"
     * @param wayOut what the caller can do about it
     */
    public static void that(boolean condition, String what, @Nullable Object value, String rule, String wayOut) {
        if (!condition) {
            throw new InvalidInputException(what, value, rule, wayOut);
        }
    }
}
