package org.rft4j.cli.config;

import java.util.Optional;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.core.trainer.RunOptions;

/**
 * How long a run is, and what a round of it is.
 *
 * @param rounds how many rounds
 * @param tasksPerRound how many tasks, or examples, each has
 * @param groupSize how many texts of each task; 1 where examples are trained on
 * @param passMark the least reward that counts as success where tasks are chosen by success
 * @param seed every draw of the run follows from it
 * @param mostEmptyRounds after so many rounds in a row without anything to train the run gives up
 */
public record RoundsConfig(
        long rounds,
        int tasksPerRound,
        Optional<Integer> groupSize,
        @Otherwise("1") double passMark,
        @Otherwise("1") long seed,
        @Otherwise("10") int mostEmptyRounds) {
    /** Checks the numbers. */
    public RoundsConfig {
        new RunOptions(rounds, tasksPerRound, groupSize.orElse(1), passMark, seed, mostEmptyRounds);
    }

    /**
     * The numbers.
     *
     * @return with a group of 1 where none is given
     */
    public RunOptions options() {
        return new RunOptions(rounds, tasksPerRound, groupSize.orElse(1), passMark, seed, mostEmptyRounds);
    }
}
