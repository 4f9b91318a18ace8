package org.rft4j.rollout.sampler;

import java.util.Optional;
import org.rft4j.core.sampling.StopReason;

/**
 * How a sample ends.
 *
 * @param reason why
 * @param error what broke, if something did
 */
record Ending(StopReason reason, Optional<String> error) {
    static Ending of(StopReason reason) {
        return new Ending(reason, Optional.empty());
    }

    static Ending broken(String what) {
        return new Ending(StopReason.ERROR, Optional.of(what));
    }

    static Ending broken(String doing, Throwable cause) {
        String message = cause.getMessage();
        return broken(doing + " failed: " + (message == null ? cause.getClass().getName() : message));
    }
}
