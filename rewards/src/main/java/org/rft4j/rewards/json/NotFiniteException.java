package org.rft4j.rewards.json;

/** A number that a double cannot hold. */
final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFiniteException() {
        super("a number is too large", null, false, false);
    }
}
