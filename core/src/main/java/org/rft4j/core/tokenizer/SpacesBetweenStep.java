package org.rft4j.core.tokenizer;

/** What a tokenizer without a decoder does: a space between any two tokens, counted to the second. */
final class SpacesBetweenStep implements PieceSink {
    private final PieceSink next;
    private boolean started;

    SpacesBetweenStep(PieceSink next) {
        this.next = next;
    }

    @Override
    public void accept(String piece, int first, int last) {
        next.accept(started ? " " + piece : piece, first, last);
        started = true;
    }

    @Override
    public void end() {
        started = false;
        next.end();
    }

    @Override
    public PieceSink forkBefore(PieceSink sink) {
        SpacesBetweenStep fork = new SpacesBetweenStep(next.forkBefore(sink));
        fork.started = started;
        return fork;
    }
}
