package org.rft4j.core.tokenizer;

/**
 * Turns bytes that arrive one by one into characters. A malformed sequence becomes one U+FFFD per longest prefix that could
 * have begun a character, as the Encoding Standard and Rust's standard library have it.
 */
final class Utf8Stream {
    static final String REPLACEMENT = "\uFFFD";
    private static final int LOWEST_CONTINUATION = 0x80;
    private static final int HIGHEST_CONTINUATION = 0xBF;

    private final PieceSink next;
    private final StringBuilder ready = new StringBuilder();
    private int readyFirst;
    private int readyLast;
    private int missing;
    private int codePoint;
    private int lower = LOWEST_CONTINUATION;
    private int upper = HIGHEST_CONTINUATION;
    private int first;
    private int last;

    Utf8Stream(PieceSink next) {
        this.next = next;
    }

    /** Takes the next byte, which a token wrote. */
    void accept(int octet, int token) {
        if (missing > 0 && (octet < lower || octet > upper)) {
            giveUp();
        }
        if (missing == 0) {
            begin(octet, token);
            return;
        }
        codePoint = codePoint << 6 | (octet & 0x3F);
        lower = LOWEST_CONTINUATION;
        upper = HIGHEST_CONTINUATION;
        last = token;
        missing--;
        if (missing == 0) {
            emit(Character.toString(codePoint), first, last);
        }
    }

    /** Passes on the complete characters. */
    void drain() {
        if (ready.length() > 0) {
            next.accept(ready.toString(), readyFirst, readyLast);
            ready.setLength(0);
        }
    }

    /** Nothing will complete what is incomplete. */
    void end() {
        if (missing > 0) {
            giveUp();
        }
        drain();
    }

    /** The same bytes before another sink. What is complete must have been drained. */
    Utf8Stream forkBefore(PieceSink sink) {
        Utf8Stream fork = new Utf8Stream(sink);
        fork.missing = missing;
        fork.codePoint = codePoint;
        fork.lower = lower;
        fork.upper = upper;
        fork.first = first;
        fork.last = last;
        return fork;
    }

    private void begin(int octet, int token) {
        first = token;
        last = token;
        if (octet < 0x80) {
            emit(Character.toString(octet), token, token);
        } else if (octet >= 0xC2 && octet <= 0xDF) {
            expect(1, octet & 0x1F);
        } else if (octet >= 0xE0 && octet <= 0xEF) {
            lower = octet == 0xE0 ? 0xA0 : LOWEST_CONTINUATION; // no longer than needed
            upper = octet == 0xED ? 0x9F : HIGHEST_CONTINUATION; // no surrogates
            expect(2, octet & 0x0F);
        } else if (octet >= 0xF0 && octet <= 0xF4) {
            lower = octet == 0xF0 ? 0x90 : LOWEST_CONTINUATION;
            upper = octet == 0xF4 ? 0x8F : HIGHEST_CONTINUATION; // not above U+10FFFF
            expect(3, octet & 0x07);
        } else {
            emit(REPLACEMENT, token, token);
        }
    }

    private void expect(int continuations, int bits) {
        missing = continuations;
        codePoint = bits;
    }

    private void giveUp() {
        missing = 0;
        lower = LOWEST_CONTINUATION;
        upper = HIGHEST_CONTINUATION;
        emit(REPLACEMENT, first, last);
    }

    private void emit(String character, int from, int to) {
        if (ready.length() > 0 && (from != readyFirst || to != readyLast)) {
            drain();
        }
        readyFirst = from;
        readyLast = to;
        ready.append(character);
    }
}
