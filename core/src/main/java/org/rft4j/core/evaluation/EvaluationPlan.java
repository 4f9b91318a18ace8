package org.rft4j.core.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.engine.Check;

/**
 * An evaluation that samples.
 *
 * @param name tells it from others; {@code eval} for the only one, see {@link EvaluationRule#prefix}
 * @param tasks what is asked, usually held out of training
 * @param rollout samples with options of its own, from the weights of the moment; whoever made it closes it
 * @param scorer what completions earn, often other rewards than those of training
 * @param samples how often each task is asked
 * @param rule which numbers are made of it
 */
public record EvaluationPlan(
        String name, Dataset<TaskRecord> tasks, Rollout rollout, RewardScorer scorer, int samples, EvaluationRule rule)
        implements RepeatedEvaluation {
    /** Checks the numbers. */
    public EvaluationPlan {
        Check.that(!name.isBlank(), "name of an evaluation", "'" + name + "'", "must not be blank", "use eval");
        Check.that(samples > 0, "samples of evaluation " + name, samples, "must be positive", "ask once");
        for (int k : rule.ks()) {
            Check.that(
                    k <= samples,
                    "k of evaluation " + name,
                    k,
                    "must be at most the samples " + samples,
                    "ask each task more often, or choose a smaller k");
        }
    }

    /**
     * The episodes of one evaluation.
     *
     * @param round keys the draws: the same round draws the same numbers, so that two evaluations differ by the weights alone
     * @return task by task, the samples of a task together
     */
    public List<RolloutRequest> requests(long round) {
        List<RolloutRequest> requests = new ArrayList<>(tasks.size() * samples);
        for (int t = 0; t < tasks.size(); t++) {
            TaskRecord task = tasks.get(t);
            for (int sample = 0; sample < samples; sample++) {
                requests.add(new RolloutRequest(new SampleKey(round, task.id(), sample, 0), task));
            }
        }
        return requests;
    }

    @Override
    public boolean mayTell(String metric) {
        return rule.names(name).contains(metric);
    }

    @Override
    public List<String> known() {
        return rule.names(name);
    }
}
