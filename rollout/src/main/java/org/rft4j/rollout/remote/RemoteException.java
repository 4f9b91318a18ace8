package org.rft4j.rollout.remote;

import org.rft4j.engine.Rft4jException;

/** A server did not do what was asked. The message says what happened, without address and key. */
public final class RemoteException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final boolean passing;
    private final long retryAfterMillis;

    private RemoteException(String message, boolean passing, long retryAfterMillis) {
        super(message);
        this.what = message;
        this.passing = passing;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** Another attempt would end the same way. */
    static RemoteException lasting(String message) {
        return new RemoteException(message, false, 0);
    }

    /** Another attempt may succeed. */
    static RemoteException passing(String message) {
        return new RemoteException(message, true, 0);
    }

    /** Another attempt may succeed after a while that the server knows. */
    static RemoteException passing(String message, long retryAfterMillis) {
        return new RemoteException(message, true, retryAfterMillis);
    }

    /** The message, which is always there. */
    String what() {
        return what;
    }

    /** Whether another attempt may succeed. */
    boolean isPassing() {
        return passing;
    }

    /** How long the server wants to be left alone, 0 if it does not say. */
    long retryAfterMillis() {
        return retryAfterMillis;
    }
}
