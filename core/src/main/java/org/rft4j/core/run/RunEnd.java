package org.rft4j.core.run;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A run at its end.
 *
 * @param reason why it ended
 * @param steps optimiser steps that were taken, those before a resume included
 * @param last the last checkpoint, if there is one
 * @param best the checkpoint with the best evaluation, if there is one
 */
public record RunEnd(Reason reason, long steps, Optional<Path> last, Optional<Path> best) {
    /** Why a run ended. */
    public enum Reason {
        /** It did all its rounds. */
        FINISHED,
        /** There was no more data. */
        NO_MORE_DATA,
        /** Its evaluation did not get better any more, or was good enough. */
        STOPPED_EARLY,
        /** Whoever ran it asked it to stop. */
        STOPPED,
        /** Something broke. */
        FAILED
    }
}
