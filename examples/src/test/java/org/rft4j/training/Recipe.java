package org.rft4j.training;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.rft4j.core.training.Algorithm;

/**
 * An algorithm, and what it is trained with.
 *
 * @param name of its curves
 * @param algorithm makes it anew for every run
 * @param baseline what texts are compared with
 * @param criticised whether episodes have a second turn, behind a critique
 * @param rounds of 4 openings and 8 texts each
 * @param iterations optimiser steps on each round
 * @param rate AdamW's, on all weights
 */
record Recipe(
        String name,
        Supplier<Algorithm> algorithm,
        Baseline baseline,
        boolean criticised,
        int rounds,
        int iterations,
        double rate) {
    /** The same with another algorithm in place of its own. */
    Recipe with(String suffix, UnaryOperator<Algorithm> change) {
        return new Recipe(
                name + suffix, () -> change.apply(algorithm.get()), baseline, criticised, rounds, iterations, rate);
    }

    Recipe against(Baseline other) {
        return new Recipe(name, algorithm, other, criticised, rounds, iterations, rate);
    }

    Recipe withRounds(int other) {
        return new Recipe(name, algorithm, baseline, criticised, other, iterations, rate);
    }

    @Override
    public String toString() {
        return name;
    }
}
