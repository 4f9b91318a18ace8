package org.rft4j.core.tokenizer;

/** Replaces a sign in every token, for example the sign that spells a space. */
final class ReplaceStep implements PieceSink {
    private final String sign;
    private final String replacement;
    private final PieceSink next;

    ReplaceStep(String sign, String replacement, PieceSink next) {
        this.sign = sign;
        this.replacement = replacement;
        this.next = next;
    }

    @Override
    public void accept(String piece, int first, int last) {
        next.accept(piece.replace(sign, replacement), first, last);
    }

    @Override
    public void end() {
        next.end();
    }

    @Override
    public PieceSink forkBefore(PieceSink sink) {
        return new ReplaceStep(sign, replacement, next.forkBefore(sink));
    }
}
