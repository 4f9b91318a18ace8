package org.rft4j.core.trainer;

import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Rft4jException;

/** A run that cannot go on. What it had done until its last checkpoint is kept. */
public final class TrainingException extends Rft4jException {
    private static final long serialVersionUID = 1;

    /**
     * A run that cannot go on.
     *
     * @param message what happened and what can be done
     * @param cause what broke, or null
     */
    public TrainingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
