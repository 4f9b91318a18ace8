package org.rft4j.core.tokenizer;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * Which characters of a text each token stands for. A character that several tokens share, because each holds some of its bytes,
 * belongs to all of them; so does a U+FFFD that stands for the bytes of several. A character that a surrogate pair spells is
 * whole in every span. A token with no text of its own (one that was added or skipped) has an empty span behind the tokens before it.
 */
public final class TokenOffsets {
    private final String text;
    private final int[] starts;
    private final int[] ends;

    TokenOffsets(String text, int[] starts, int[] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    /**
     * The text that the spans refer to.
     *
     * @return all of it
     */
    public String text() {
        return text;
    }

    /**
     * The number of tokens.
     *
     * @return T
     */
    public int size() {
        return starts.length;
    }

    /**
     * The characters of one token.
     *
     * @param token its index, not its id
     * @return its span
     */
    public CharSpan charsOf(int token) {
        Check.that(
                token >= 0 && token < starts.length,
                "token index",
                token,
                "must be at least 0 and below the number of tokens " + starts.length,
                "pass the position of a token, not its id");
        return new CharSpan(starts[token], ends[token]);
    }

    /**
     * The characters of a range of tokens.
     *
     * @param tokens the range
     * @return the smallest span that holds the spans of all of them
     */
    public CharSpan charsOf(TokenSpan tokens) {
        Check.that(
                tokens.end() <= starts.length,
                "token span",
                tokens,
                "must end at or before the number of tokens " + starts.length,
                "use a span of this text");
        int start = Integer.MAX_VALUE;
        int end = -1;
        for (int i = tokens.start(); i < tokens.end(); i++) {
            if (starts[i] < ends[i]) {
                start = Math.min(start, starts[i]);
                end = Math.max(end, ends[i]);
            }
        }
        if (end < 0) {
            int at = tokens.start() < starts.length ? starts[tokens.start()] : text.length();
            return new CharSpan(at, at);
        }
        return new CharSpan(start, end);
    }

    /**
     * The tokens of a range of characters: from the first to the last token that holds any of them. Tokens with empty spans
     * are inside if they stand between two such tokens. If no token holds any of them, because the range is empty or the
     * tokenizer drops these characters, the result is empty and stands before the first token that starts at or behind the range's start.
     *
     * @param charStart the first character
     * @param charEnd behind the last one
     * @return the smallest range of tokens
     */
    public TokenSpan tokensOf(int charStart, int charEnd) {
        Check.that(
                0 <= charStart && charStart <= charEnd && charEnd <= text.length(),
                "character span",
                "[" + charStart + "," + charEnd + ")",
                "must have 0 <= start <= end <= " + text.length() + ", the length of the text",
                "use indices of the text that the offsets belong to");
        int first = -1;
        int last = -1;
        int behind = starts.length;
        for (int i = starts.length - 1; i >= 0; i--) {
            if (starts[i] >= charStart) {
                behind = i;
            }
            if (Math.max(starts[i], charStart) < Math.min(ends[i], charEnd)) {
                first = i;
                last = Math.max(last, i);
            }
        }
        return first < 0 ? new TokenSpan(behind, behind) : new TokenSpan(first, last + 1);
    }

    /** Collects the spans of a text that is written piece by piece. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final int[] starts;
        private final int[] ends;

        Builder(int tokens) {
            starts = new int[tokens];
            ends = new int[tokens];
            Arrays.fill(starts, -1);
        }

        /** Appends what some consecutive tokens wrote together. */
        void append(String piece, int firstToken, int lastToken) {
            int from = text.length();
            text.append(piece);
            for (int i = firstToken; i <= lastToken; i++) {
                if (starts[i] < 0) {
                    starts[i] = from;
                }
                ends[i] = text.length();
            }
        }

        /** Says where in a given text a token stands. */
        void set(int token, int start, int end) {
            starts[token] = start;
            ends[token] = end;
        }

        TokenOffsets build() {
            return buildOver(text.toString());
        }

        TokenOffsets buildOver(String whole) {
            int behind = 0;
            for (int i = 0; i < starts.length; i++) {
                if (starts[i] < 0) {
                    starts[i] = behind;
                    ends[i] = behind;
                }
                behind = Math.max(behind, ends[i]);
            }
            return new TokenOffsets(whole, starts, ends);
        }
    }
}
