package org.rft4j.core.trainer;

import java.util.Optional;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.tokenizer.Tokenizer;

/** Where batches of scored groups come from: one after the other, or some ahead of training. */
interface BatchSource extends Resumable, AutoCloseable {
    /** The next batch; empty if there are no more tasks. */
    Optional<CollectedBatch> next(RunProgress now);

    Tokenizer tokenizer();

    @Override
    void close();
}
