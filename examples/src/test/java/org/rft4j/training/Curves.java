package org.rft4j.training;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * The curves of a run.
 *
 * @param name of what was trained
 * @param rounds of the run
 * @param stepsPerRound optimiser steps
 * @param seed of the run
 * @param learned what it told
 */
record Curves(String name, int rounds, int stepsPerRound, long seed, Learned learned) {
    static Curves of(Recipe recipe, long seed, Learned learned) {
        return new Curves(recipe.name(), recipe.rounds(), recipe.iterations(), seed, learned);
    }

    static Curves of(ExampleRecipe recipe, long seed, Learned learned) {
        return new Curves(recipe.name(), recipe.rounds(), recipe.steps(), seed, learned);
    }

    /** Where a point of an evaluation stands on the axis of rounds. */
    double round(long steps) {
        return steps / (double) stepsPerRound;
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
        points.forEach((at, reward) ->
                text.append(String.format(Locale.ROOT, "%s,%d,%s,%d,%.4f%n", name, seed, measure, at, reward)));
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
                    one.name,
                    one.seed,
                    one.rounds,
                    run.steps().size(),
                    run.start(StoryRun.SEEN),
                    run.end(StoryRun.SEEN),
                    run.start(StoryRun.HELD_OUT),
                    run.end(StoryRun.HELD_OUT)));
        }
        return text.toString();
    }
}
