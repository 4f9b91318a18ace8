package org.rft4j.core.trainer;

import java.util.List;
import java.util.Optional;
import org.rft4j.core.evaluation.EarlyStop;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.engine.Check;

/**
 * When a run is evaluated, and what follows from it.
 *
 * @param plans what is evaluated, one after the other
 * @param everySteps after so many optimiser steps
 * @param atStart whether also before the first
 * @param best by what the best checkpoint is told; a checkpoint is written whenever it gets better
 * @param earlyStop ends the run
 */
public record Evaluations(
        List<EvaluationPlan> plans,
        long everySteps,
        boolean atStart,
        Optional<Goal> best,
        Optional<EarlyStop> earlyStop) {
    /** No evaluation. */
    public static final Evaluations NONE = new Evaluations(List.of(), 1, false, Optional.empty(), Optional.empty());

    /** Copies the list and checks that what is judged by is there. */
    public Evaluations {
        plans = List.copyOf(plans);
        Check.that(everySteps >= 1, "everySteps", everySteps, "must be at least 1", "50 is usual");
        List<String> names = plans.stream()
                .flatMap(plan -> plan.rule().names(plan.name()).stream())
                .toList();
        best.ifPresent(goal -> requireThere(goal, names));
        earlyStop.ifPresent(stop -> requireThere(stop.goal(), names));
    }

    /**
     * Evaluations without consequences, also before the first step.
     *
     * @param everySteps after so many optimiser steps
     * @param plans what is evaluated
     * @return the evaluations
     */
    public static Evaluations every(long everySteps, EvaluationPlan... plans) {
        return new Evaluations(List.of(plans), everySteps, true, Optional.empty(), Optional.empty());
    }

    /**
     * The same, keeping the best checkpoint.
     *
     * @param goal by what it is told
     * @return evaluations with it
     */
    public Evaluations keepingBest(Goal goal) {
        return new Evaluations(plans, everySteps, atStart, Optional.of(goal), earlyStop);
    }

    /**
     * The same, ending the run.
     *
     * @param stop when
     * @return evaluations with it
     */
    public Evaluations stopping(EarlyStop stop) {
        return new Evaluations(plans, everySteps, atStart, best, Optional.of(stop));
    }

    private static void requireThere(Goal goal, List<String> names) {
        Check.that(
                names.contains(goal.metric()),
                "metric that evaluations are judged by",
                goal.metric(),
                "must be one of " + names,
                "name one of these");
    }
}
