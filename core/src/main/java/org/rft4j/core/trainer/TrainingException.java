package org.rft4j.core.trainer;

import org.rft4j.engine.Rft4jException;

/** A run that cannot go on. What it had done until its last checkpoint is kept. */
public final class TrainingException extends Rft4jException {
    private static final long serialVersionUID = 1;

    /**
     * A run that gives up.
     *
     * @param message what happened and what can be done
     */
    public TrainingException(String message) {
        super(message);
    }

    /**
     * A run that something broke.
     *
     * @param message what happened and what can be done
     * @param cause what broke
     */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
