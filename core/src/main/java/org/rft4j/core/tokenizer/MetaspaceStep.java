package org.rft4j.core.tokenizer;

/** The sign for a space becomes one, but in the first token it is dropped where encoding put it before the text. */
final class MetaspaceStep implements PieceSink {
    private final String sign;
    private final boolean prepended;
    private final PieceSink next;
    private boolean started;

    MetaspaceStep(String sign, boolean prepended, PieceSink next) {
        this.sign = sign;
        this.prepended = prepended;
        this.next = next;
    }

    @Override
    public void accept(String piece, int first, int last) {
        next.accept(piece.replace(sign, prepended && !started ? "" : " "), first, last);
        started = true;
    }

    @Override
    public void end() {
        started = false;
        next.end();
    }

    @Override
    public PieceSink forkBefore(PieceSink sink) {
        MetaspaceStep fork = new MetaspaceStep(sign, prepended, next.forkBefore(sink));
        fork.started = started;
        return fork;
    }
}
