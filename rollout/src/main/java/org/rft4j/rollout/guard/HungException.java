package org.rft4j.rollout.guard;

import java.time.Duration;
import org.rft4j.engine.Rft4jException;

/** A call did not come back in time, or was not made because too many do not come back. */
public final class HungException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    private HungException(String message) {
        super(message);
    }

    static HungException of(String what, Duration deadline) {
        return new HungException(
                what + " did not come back within " + deadline.toMillis() + " ms; its thread was interrupted");
    }

    static HungException refused(String what, String pool, int hanging) {
        return new HungException(what + " was not called, because " + hanging + " threads of " + pool
                + " hang in calls that heed no interruption; mend what hangs, or allow more of them");
    }
}
