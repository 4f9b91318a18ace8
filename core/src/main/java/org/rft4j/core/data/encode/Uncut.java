package org.rft4j.core.data.encode;

import java.util.Arrays;

/** Prompt and answer as tokens. {@code assistant} says which of them the assistant wrote, if anybody asked. */
record Uncut(long[] ids, boolean[] assistant, int promptTokens, boolean apart) {
    static Uncut plain(long[] ids, int promptTokens) {
        return new Uncut(ids, new boolean[ids.length], promptTokens, false);
    }

    /** Ends with the token, once. */
    Uncut endingWith(long end) {
        if (ids.length > promptTokens && ids[ids.length - 1] == end) {
            return this;
        }
        return followedBy(end);
    }

    Uncut followedBy(long... more) {
        long[] all = Arrays.copyOf(ids, ids.length + more.length);
        System.arraycopy(more, 0, all, ids.length, more.length);
        return new Uncut(all, Arrays.copyOf(assistant, all.length), promptTokens, apart);
    }

    Uncut withPromptTokens(int tokens) {
        return new Uncut(ids, assistant, tokens, apart);
    }

    Uncut range(int from, int to) {
        return new Uncut(
                Arrays.copyOfRange(ids, from, to),
                Arrays.copyOfRange(assistant, from, to),
                Math.max(0, Math.min(promptTokens, to) - from),
                apart);
    }
}
