package org.rft4j.core.trainer;

import java.util.List;
import java.util.Optional;
import org.rft4j.core.evaluation.EarlyStop;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.evaluation.RepeatedEvaluation;
import org.rft4j.engine.Check;

/**
 * When a run is evaluated, and what follows from it. It is always evaluated at its end too, where it has done all its rounds or has no more data.
 *
 * @param plans what is evaluated, one after the other
 * @param everySteps after so many optimiser steps
 * @param atStart whether also before the first
 * @param best by what the best checkpoint is told; a checkpoint is written whenever it gets better
 * @param earlyStop ends the run
 */
public record Evaluations(
        List<RepeatedEvaluation> plans,
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
        List<RepeatedEvaluation> all = plans;
        best.ifPresent(goal -> requireThere(goal, all));
        earlyStop.ifPresent(stop -> requireThere(stop.goal(), all));
    }

    /**
     * Evaluations without consequences, also before the first step.
     *
     * @param everySteps after so many optimiser steps
     * @param plans what is evaluated
     * @return the evaluations
     */
    public static Evaluations every(long everySteps, RepeatedEvaluation... plans) {
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

    private static void requireThere(Goal goal, List<RepeatedEvaluation> plans) {
        Check.that(
                plans.stream().anyMatch(plan -> plan.mayTell(goal.metric())),
                "metric that evaluations are judged by",
                goal.metric(),
                "must be one of "
                        + plans.stream().flatMap(plan -> plan.known().stream()).toList(),
                "name one of these");
    }
}
