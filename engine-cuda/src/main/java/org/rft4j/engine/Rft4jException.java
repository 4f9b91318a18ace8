package org.rft4j.engine;

/**
 * The root of every exception that rft4j throws on purpose. Subclasses say who must act: {@link InvalidInputException}
 * the caller, {@link EngineException} the installation or the machine.
 */
public abstract class Rft4jException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected Rft4jException(String message) {
        super(message);
    }

    protected Rft4jException(String message, Throwable cause) {
        super(message, cause);
    }
}
