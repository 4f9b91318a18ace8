package org.rft4j.rewards.maths;

/** A text is no formula that we read; it is then compared as a text. Never leaves this package. */
final class NotMaths extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotMaths(String reason) {
        super(reason, null, false, false);
    }
}
