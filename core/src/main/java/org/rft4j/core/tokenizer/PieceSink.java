package org.rft4j.core.tokenizer;

/**
 * One step between the spelling of tokens and the text they decode to. Pieces come in order, each with the tokens that wrote it;
 * a step passes on what is certain and holds back what a later piece may change.
 */
interface PieceSink {
    /** Takes a piece that tokens {@code first} to {@code last} wrote. */
    void accept(String piece, int first, int last);

    /** Says that nothing more comes. The step passes on what it held and is then as new. */
    void end();

    /** The same step in the same state before another sink, and so on down to the last step: what it does changes nothing here. */
    PieceSink forkBefore(PieceSink sink);
}
