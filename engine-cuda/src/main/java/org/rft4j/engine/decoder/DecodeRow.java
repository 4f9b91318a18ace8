package org.rft4j.engine.decoder;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.kernels.TokenHistory;

/**
 * A text that a {@link DecodeSession} is writing. Its last token is pending: it is in no cache yet. The others are in the shared
 * prefix, if it has one, and in its places of a slab.
 */
public final class DecodeRow {
    private final @Nullable Prefix shared;
    private @Nullable Prefix toCopy;
    private long[] text;
    private int length;
    private int turn;
    private int used;
    private @Nullable Slab slab;
    private int slot;

    private DecodeRow(Prefix prefix, boolean sharing) {
        this.text = prefix.tokens().clone();
        this.length = text.length;
        this.turn = length;
        this.shared = sharing ? prefix : null;
        this.toCopy = sharing ? null : prefix;
        this.used = sharing ? 0 : prefix.cached();
        prefix.addUser(sharing);
    }

    /** A row that reads the prefix where it lies. */
    static DecodeRow sharing(Prefix prefix) {
        return new DecodeRow(prefix, true);
    }

    /** A row that has the prefix among its own places. */
    static DecodeRow copying(Prefix prefix) {
        return new DecodeRow(prefix, false);
    }

    /**
     * The number of tokens of its text so far.
     *
     * @return those of its prefix and its own
     */
    public int length() {
        return length;
    }

    /**
     * Its text so far.
     *
     * @return the tokens of its prefix and its own
     */
    public long[] tokens() {
        return Arrays.copyOf(text, length);
    }

    long pending() {
        return text[length - 1];
    }

    @Nullable
    Prefix shared() {
        return shared;
    }

    /** Places of the slab that it uses. */
    int used() {
        return used;
    }

    @Nullable
    Slab slab() {
        return slab;
    }

    int slot() {
        return slot;
    }

    /** Says where it lies from now on; whoever says so has copied what it had. */
    void lieAt(@Nullable Slab newSlab, int newSlot) {
        slab = newSlab;
        slot = newSlot;
    }

    @Nullable
    Prefix takeToCopy() {
        Prefix prefix = toCopy;
        toCopy = null;
        return prefix;
    }

    /** Tokens that follow; all but the last are in the cache, and so is what was pending. */
    void append(long[] tokens, int count) {
        if (length + count > text.length) {
            text = Arrays.copyOf(text, Math.max(length + count, text.length * 2));
        }
        System.arraycopy(tokens, 0, text, length, count);
        length += count;
        used += count;
    }

    /** What is written from now on is a turn of its own: all before it is its prompt. */
    void beginTurn() {
        turn = length;
    }

    /** How many tokens of its turn are written. */
    int written() {
        return length - turn;
    }

    /** What it has seen, and what of that it has written in its turn. */
    TokenHistory history() {
        TokenHistory history = TokenHistory.of(Arrays.copyOf(text, turn));
        history.add(Arrays.copyOfRange(text, turn, length));
        return history;
    }

    void leave() {
        if (slab != null) {
            slab.remove(this);
        }
        if (shared != null) {
            shared.removeUser();
        }
        Prefix notCopied = takeToCopy();
        if (notCopied != null) {
            notCopied.removeUser();
        }
    }
}
