package org.rft4j.engine;

/** The native engine, its libraries or the machine cannot do what was asked; the input may well be fine. */
public final class EngineException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what happened and the way out
     */
    public EngineException(String message) {
        super(message);
    }

    /**
     * Creates an exception with its cause.
     *
     * @param message what happened and the way out
     * @param cause the failure underneath
     */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
