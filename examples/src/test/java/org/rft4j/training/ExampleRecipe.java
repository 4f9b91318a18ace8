package org.rft4j.training;

import java.util.function.Supplier;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.Objective;

/**
 * A way to learn from examples, and what it is trained with.
 *
 * @param name of its curves
 * @param objective makes it anew for every run
 * @param shape what it learns from
 * @param sampled whether the policy writes them itself
 * @param rounds of examples, or of samples
 * @param perRound how many examples a round has, or how many openings
 * @param steps optimiser steps on each round
 * @param rate AdamW's, on all weights
 */
record ExampleRecipe(
        String name,
        Supplier<Objective> objective,
        Shape shape,
        boolean sampled,
        int rounds,
        int perRound,
        int steps,
        double rate) {
    /** Says where the builder's examples come from. */
    interface Shape {
        void add(ExampleStoryRun run, TrainerBuilder builder, Objective objective);
    }

    ExampleRecipe flipped() {
        return new ExampleRecipe(
                name + "-flipped",
                () -> new FlippedObjective(objective.get()),
                shape,
                sampled,
                rounds,
                perRound,
                steps,
                rate);
    }

    ExampleRecipe withRounds(int other) {
        return new ExampleRecipe(name, objective, shape, sampled, other, perRound, steps, rate);
    }

    @Override
    public String toString() {
        return name;
    }
}
