package org.rft4j.rewards.judge;

import org.rft4j.engine.Rft4jException;

/** A judge did not say anything that counts, as often as it was asked. */
public class JudgeException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    JudgeException(String message) {
        super(message);
    }
}
