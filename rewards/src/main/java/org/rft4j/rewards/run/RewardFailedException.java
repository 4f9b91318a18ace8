package org.rft4j.rewards.run;

import org.rft4j.engine.Rft4jException;

/** A reward failed whose failures end the run. */
public class RewardFailedException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    RewardFailedException(String message) {
        super(message);
    }

    RewardFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
