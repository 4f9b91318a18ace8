package org.rft4j.core.sampling;

import java.util.concurrent.CompletableFuture;

/** A sample on its way. */
public interface SampleHandle {
    /**
     * The sample, as soon as it is there. It completes normally whatever becomes of the sample: what failed, was cancelled or ran
     * out of time says so in its stop reason.
     *
     * @return a future of its own for each call
     */
    CompletableFuture<Sample> result();

    /** Ends the sample with what has been written so far. Does nothing to one that has ended. */
    void cancel();
}
