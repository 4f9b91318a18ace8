package org.rft4j.engine.decoder;

/** A prompt that a {@link DecodeSession} has read, for any number of rows to continue. */
public final class Prefix {
    private final long[] tokens;
    private boolean released;

    Prefix(long[] tokens) {
        this.tokens = tokens;
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

    boolean isReleased() {
        return released;
    }

    void release() {
        released = true;
    }
}
