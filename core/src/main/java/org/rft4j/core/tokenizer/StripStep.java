package org.rft4j.core.tokenizer;

/** Drops up to so many of one character at the start of the whole text, or of every token. */
final class StripStep implements PieceSink {
    private final String character;
    private final int limit;
    private final boolean everyToken;
    private final PieceSink next;
    private int left;

    StripStep(String character, int limit, boolean everyToken, PieceSink next) {
        this.character = character;
        this.limit = limit;
        this.everyToken = everyToken;
        this.next = next;
        left = limit;
    }

    @Override
    public void accept(String piece, int first, int last) {
        if (everyToken) {
            left = limit;
        }
        int from = 0;
        while (left > 0 && piece.startsWith(character, from)) {
            from += character.length();
            left--;
        }
        if (from < piece.length()) {
            left = 0;
            next.accept(piece.substring(from), first, last);
        } else if (everyToken) {
            next.accept("", first, last);
        }
    }

    @Override
    public void end() {
        left = limit;
        next.end();
    }

    @Override
    public PieceSink forkBefore(PieceSink sink) {
        StripStep fork = new StripStep(character, limit, everyToken, next.forkBefore(sink));
        fork.left = left;
        return fork;
    }
}
