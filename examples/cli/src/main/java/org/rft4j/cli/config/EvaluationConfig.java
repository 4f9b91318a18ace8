package org.rft4j.cli.config;

import java.util.List;
import java.util.Optional;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.core.evaluation.EarlyStop;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;

/**
 * When the policy is evaluated, and on what: tasks by texts that it writes, examples by the loss.
 *
 * @param data held out of training
 * @param everySteps after so many optimiser steps
 * @param atStart whether also before the first
 * @param samples how often each task is asked
 * @param ks for which k there are mean@k, pass@k and majority@k
 * @param passMark a text passes if it earns at least this
 * @param sourceColumn a column that says where a task comes from; each source then has numbers of its own
 * @param temperature at which tasks are asked; otherwise that of the rollout
 * @param rewards what texts earn; otherwise those of training
 * @param best by what the best checkpoint is told, which is then kept
 * @param earlyStop ends the run
 */
public record EvaluationConfig(
        DataConfig data,
        @Otherwise("50") long everySteps,
        @Otherwise("true") boolean atStart,
        @Otherwise("1") int samples,
        @Otherwise("[1]") List<Integer> ks,
        @Otherwise("1") double passMark,
        Optional<String> sourceColumn,
        Optional<Double> temperature,
        @Otherwise("[]") List<RewardConfig> rewards,
        Optional<Goal> best,
        Optional<EarlyStop> earlyStop) {
    /** Copies the lists and checks the numbers. */
    public EvaluationConfig {
        ks = List.copyOf(ks);
        rewards = List.copyOf(rewards);
        Check.that(everySteps >= 1, "everySteps", everySteps, "must be at least 1", "50 is usual");
        Check.that(samples >= 1, "samples", samples, "must be at least 1", "ask once");
        for (int k : ks) {
            Check.that(k >= 1 && k <= samples, "ks", k, "must be from 1 to samples, " + samples, "use [1]");
        }
        Check.that(Double.isFinite(passMark), "passMark", passMark, "must be finite", "use 1 for right or wrong");
        temperature.ifPresent(at -> new SamplingFilter(at, 0, 1, 0, 1, 0, 0));
    }

    EvaluationConfig encoded() {
        return new EvaluationConfig(
                data.encoded(),
                everySteps,
                atStart,
                samples,
                ks,
                passMark,
                sourceColumn,
                temperature,
                rewards,
                best,
                earlyStop);
    }
}
