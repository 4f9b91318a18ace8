package org.rft4j.training;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * The curves of a run.
 *
 * @param recipe what was trained
 * @param seed of the run
 * @param learned what it told
 */
record Curves(Recipe recipe, long seed, Learned learned) {
    /** Where a point of an evaluation stands on the axis of rounds. */
    double round(long steps) {
        return steps / (double) recipe.iterations();
    }

    /** One line for each point; {@code at} counts rounds in lines of rounds, and optimiser steps in lines of evaluations. */
    static String csv(List<Curves> all) {
        StringBuilder text = new StringBuilder("algorithm,seed,measure,at,reward\n");
        for (Curves one : all) {
            one.append(text, "round", one.learned.rewards());
            one.append(text, StoryRun.SEEN, one.learned.evaluations(StoryRun.SEEN));
            one.append(text, StoryRun.HELD_OUT, one.learned.evaluations(StoryRun.HELD_OUT));
        }
        return text.toString();
    }

    private void append(StringBuilder text, String measure, SortedMap<Long, Double> points) {
        points.forEach((at, reward) -> text.append(
                String.format(Locale.ROOT, "%s,%d,%s,%d,%.4f%n", recipe.name(), seed, measure, at, reward)));
    }

    /** The table of the page. */
    static String table(List<Curves> all) {
        StringBuilder text = new StringBuilder(
                "| algorithm | seed | rounds | steps | seen openings | held-out openings |\n|---|---|---|---|---|---|\n");
        for (Curves one : all) {
            Learned run = one.learned;
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %.2f to %.2f | %.2f to %.2f |%n",
                    one.recipe.name(),
                    one.seed,
                    one.recipe.rounds(),
                    run.steps().size(),
                    run.start(StoryRun.SEEN),
                    run.end(StoryRun.SEEN),
                    run.start(StoryRun.HELD_OUT),
                    run.end(StoryRun.HELD_OUT)));
        }
        return text.toString();
    }
}
