package org.rft4j.core.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A run of tokens such as {@code <0x41>} becomes the text of its bytes, or one U+FFFD per byte if that is no text. */
final class ByteFallbackStep implements PieceSink {
    private static final Pattern BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");
    private static final int HEX_START = 3;
    private static final int HEX_END = 5;

    private record ByteOfToken(int octet, int token) {}

    private final PieceSink next;
    private final List<ByteOfToken> run = new ArrayList<>();

    ByteFallbackStep(PieceSink next) {
        this.next = next;
    }

    @Override
    public void accept(String piece, int first, int last) {
        if (BYTE.matcher(piece).matches()) {
            run.add(new ByteOfToken(Integer.parseInt(piece.substring(HEX_START, HEX_END), 16), last));
        } else {
            endRun();
            next.accept(piece, first, last);
        }
    }

    @Override
    public void end() {
        endRun();
        next.end();
    }

    @Override
    public PieceSink forkBefore(PieceSink sink) {
        ByteFallbackStep fork = new ByteFallbackStep(next.forkBefore(sink));
        fork.run.addAll(run);
        return fork;
    }

    private void endRun() {
        if (run.isEmpty()) {
            return;
        }
        if (isText()) {
            Utf8Stream characters = new Utf8Stream(next);
            run.forEach(b -> characters.accept(b.octet(), b.token()));
            characters.end();
        } else {
            run.forEach(b -> next.accept(Utf8Stream.REPLACEMENT, b.token(), b.token()));
        }
        run.clear();
    }

    private boolean isText() {
        ByteBuffer bytes = ByteBuffer.allocate(run.size());
        run.forEach(b -> bytes.put((byte) b.octet()));
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
