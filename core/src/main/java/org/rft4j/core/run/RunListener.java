package org.rft4j.core.run;

import java.nio.file.Path;

/**
 * Watches a run. Everything is told in the training thread, between steps, so a listener that takes long holds the run up. One that throws
 * ends the run with its exception; what came after the last checkpoint is done again at a resume.
 */
public interface RunListener extends AutoCloseable {
    /**
     * The run begins, or goes on.
     *
     * @param start what it is
     */
    default void started(RunStart start) {}

    /**
     * A batch has been sampled and scored.
     *
     * @param round completions and what they earned
     */
    default void sampled(RoundReport round) {}

    /**
     * An optimiser step has been taken.
     *
     * @param step its metrics
     */
    default void stepped(StepReport step) {}

    /**
     * The policy has been evaluated.
     *
     * @param evaluation what came of it
     */
    default void evaluated(EvaluationReport evaluation) {}

    /**
     * A checkpoint is on the disk.
     *
     * @param folder where
     * @param step after which step
     */
    default void checkpointed(Path folder, long step) {}

    /**
     * Something wants attention.
     *
     * @param finding what, and what can be done
     */
    default void found(Finding finding) {}

    /**
     * The run is over.
     *
     * @param end how it ended
     */
    default void ended(RunEnd end) {}

    @Override
    default void close() {}
}
