package org.rft4j.core.tokenizer;

import java.nio.charset.StandardCharsets;

/** Tokens spelt in the byte alphabet become bytes, other tokens the bytes of their text; all bytes together are the text. */
final class ByteLevelStep implements PieceSink {
    private final PieceSink next;
    private final Utf8Stream characters;

    ByteLevelStep(PieceSink next) {
        this(next, new Utf8Stream(next));
    }

    private ByteLevelStep(PieceSink next, Utf8Stream characters) {
        this.next = next;
        this.characters = characters;
    }

    @Override
    public void accept(String piece, int first, int last) {
        if (ByteAlphabet.spells(piece)) {
            for (int i = 0; i < piece.length(); i++) {
                characters.accept(ByteAlphabet.byteOf(piece.charAt(i)), last);
            }
        } else {
            for (byte octet : piece.getBytes(StandardCharsets.UTF_8)) {
                characters.accept(octet & 0xFF, last);
            }
        }
        characters.drain();
    }

    @Override
    public void end() {
        characters.end();
        next.end();
    }

    @Override
    public PieceSink forkBefore(PieceSink sink) {
        PieceSink nextFork = next.forkBefore(sink);
        return new ByteLevelStep(nextFork, characters.forkBefore(nextFork));
    }
}
