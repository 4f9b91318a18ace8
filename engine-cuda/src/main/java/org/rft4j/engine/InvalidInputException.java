package org.rft4j.engine;

import org.jspecify.annotations.Nullable;

/** The caller passed something that cannot work. The message says what, its value, the rule and the way out. */
public final class InvalidInputException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds the message {@code "<what> was <value>, <rule>; <wayOut>"}.
     *
     * @param what the argument, as the caller knows it
     * @param value its offending value, short
     * @param rule what it must be, starting with "must"
     * @param wayOut what the caller can do about it
     */
    public InvalidInputException(String what, @Nullable Object value, String rule, String wayOut) {
        super(what + " was " + value + ", " + rule + "; " + wayOut);
    }
}
