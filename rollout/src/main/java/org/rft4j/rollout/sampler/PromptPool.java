package org.rft4j.rollout.sampler;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which prompts are in the cache, who needs them, and how much of the cache is taken. Every text is counted at the length that it may
 * reach, so that one that has begun always finds room.
 */
final class PromptPool {
    /** A prompt that requests wait for or rows continue. */
    static final class Entry {
        private final long[] tokens;
        private RowModel.@Nullable ReadPrompt prompt;
        private int waiting;
        private int rows;
        private boolean counted;
        private boolean taken;

        private Entry(long[] tokens) {
            this.tokens = tokens;
        }

        long[] tokens() {
            return tokens;
        }

        boolean isRead() {
            return prompt != null;
        }
    }

    private final Map<LongBuffer, Entry> byContent = new HashMap<>();
    private final CacheRoom room;
    private final boolean mayTake;
    private long reserved;

    /**
     * An empty cache.
     *
     * @param room what fits
     * @param mayTake whether a row that nobody shares its prompt with may make it its own, which rounds otherwise
     */
    PromptPool(CacheRoom room, boolean mayTake) {
        this.room = room;
        this.mayTake = mayTake;
    }

    /** Notes that a request waits for a prompt. */
    Entry expect(long[] tokens) {
        Entry entry = byContent.computeIfAbsent(LongBuffer.wrap(tokens), key -> new Entry(tokens));
        entry.waiting++;
        return entry;
    }

    /** Notes that a request does not wait for its prompt any more. */
    void giveUp(Entry entry) {
        entry.waiting--;
        releaseIfUnused(entry);
    }

    /**
     * Sets aside what a row of a request that waits may take, its prompt included where nobody has it yet.
     *
     * @return false if there is no room, and the request goes on waiting
     */
    boolean reserve(Entry entry, int newTokens) {
        long needed = room.cost(newTokens) + (entry.counted ? 0 : room.cost(entry.tokens.length));
        if (needed > room.tokens() - reserved) {
            releaseIdle(entry);
        }
        if (needed > room.tokens() - reserved) {
            return false;
        }
        reserved += needed;
        entry.counted = true;
        entry.waiting--;
        entry.rows++;
        return true;
    }

    /** Notes that a prompt is in the cache. */
    void wasRead(Entry entry, RowModel.ReadPrompt prompt) {
        entry.prompt = prompt;
    }

    /** Begins a row for which room was reserved. */
    RowModel.Row begin(Entry entry) {
        RowModel.ReadPrompt prompt = entry.prompt;
        if (prompt == null) {
            throw new IllegalStateException("a row was to begin with a prompt that was never read");
        }
        boolean alone = mayTake && entry.waiting == 0 && entry.rows == 1;
        RowModel.Row row = prompt.begin(alone);
        if (alone) {
            entry.taken = true;
            byContent.remove(LongBuffer.wrap(entry.tokens));
        }
        return row;
    }

    /** Gives back what was reserved for a row that has ended, or will not begin. */
    void end(Entry entry, int newTokens) {
        entry.rows--;
        reserved -= room.cost(newTokens);
        releaseIfUnused(entry);
    }

    /** Forgets what the cache holds, which has been lost. Requests that wait go on waiting. */
    void clear() {
        reserved = 0;
        for (Entry entry : byContent.values()) {
            entry.prompt = null;
            entry.counted = false;
            entry.rows = 0;
        }
        byContent.values().removeIf(entry -> entry.waiting == 0);
    }

    private void releaseIfUnused(Entry entry) {
        if (entry.rows == 0 && entry.waiting == 0) {
            free(entry);
            byContent.remove(LongBuffer.wrap(entry.tokens), entry);
        }
    }

    /** Prompts that nobody continues now, but somebody will, are read again later; so is one that could not be read. */
    private void releaseIdle(Entry butNot) {
        for (Entry entry : new ArrayList<>(byContent.values())) {
            if (entry.rows == 0 && entry != butNot && entry.counted) {
                free(entry);
            }
        }
    }

    private void free(Entry entry) {
        if (entry.prompt != null && !entry.taken) {
            entry.prompt.release();
        }
        entry.prompt = null;
        if (entry.counted) {
            reserved -= room.cost(entry.tokens.length);
            entry.counted = false;
        }
    }
}
