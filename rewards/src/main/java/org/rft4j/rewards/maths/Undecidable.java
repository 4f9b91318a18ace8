package org.rft4j.rewards.maths;

/** Ends a comparison that our rules or limits cannot carry through. Never leaves this package. */
final class Undecidable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Undecidable(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
