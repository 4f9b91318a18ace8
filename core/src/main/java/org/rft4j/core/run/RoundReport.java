package org.rft4j.core.run;

import java.util.List;

/**
 * A batch that has been sampled.
 *
 * @param round which one, from 0
 * @param stepsDone optimiser steps before it
 * @param completions all of its episodes, those of a task together
 */
public record RoundReport(long round, long stepsDone, List<Completion> completions) {
    /** Copies the list. */
    public RoundReport {
        completions = List.copyOf(completions);
    }
}
