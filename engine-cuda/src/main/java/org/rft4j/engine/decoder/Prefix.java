package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;

/** A prompt that a {@link DecodeSession} has read, for any number of rows to continue. */
public final class Prefix {
    private final long[] tokens;
    private final NDArray cache;
    private int users;
    private boolean shared;
    private boolean released;

    /**
     * A prompt.
     *
     * @param cache keys and values [2L,M,P-1,D] of all tokens but the last
     */
    Prefix(long[] tokens, NDArray cache) {
        this.tokens = tokens;
        this.cache = cache;
    }

    /**
     * The number of its tokens.
     *
     * @return at least 1
     */
    public int length() {
        return tokens.length;
    }

    long[] tokens() {
        return tokens;
    }

    NDArray cache() {
        return cache;
    }

    int cached() {
        return tokens.length - 1;
    }

    boolean isReleased() {
        return released;
    }

    /** Whether a row has ever read it where it lies. Which rows copy a prefix must not depend on when others end. */
    boolean isShared() {
        return shared;
    }

    void addUser(boolean sharing) {
        users++;
        shared |= sharing;
    }

    void removeUser() {
        users--;
        freeIfUnused();
    }

    void release() {
        released = true;
        freeIfUnused();
    }

    boolean isHeld() {
        return !released || users > 0;
    }

    private void freeIfUnused() {
        if (!isHeld()) {
            cache.close();
        }
    }
}
