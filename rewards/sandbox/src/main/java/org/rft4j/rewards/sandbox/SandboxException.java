package org.rft4j.rewards.sandbox;

import org.rft4j.engine.Rft4jException;

/** There is no sandbox on this machine that holds. */
public class SandboxException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    SandboxException(String message) {
        super(message);
    }

    SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
