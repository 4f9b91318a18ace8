package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * BOTS, Bayesian online task selection (ICLR 2026), after Trinity-RFT's {@code diff_estimator.py} and {@code selector.py}. Each
 * task has a beta distribution of its pass rate, Beta(1,1) at first; chosen are tasks whose estimated rate is closest to a
 * target. After a round with s successes and f failures (0 of tasks that were not sampled), every task's numbers become
 *
 * <pre>
 *   alpha = (1 - lambda) alpha + lambda + (1 - rho) s + rho p m
 *   beta  = (1 - lambda) beta  + lambda + (1 - rho) f + rho (1 - p) m
 * </pre>
 *
 * where m is the number of samples of a task and p, for tasks that were not sampled, is interpolated between the pass rates f0
 * and f1 of two reference models: p = clip(f0 + c (f1 - f0), 0, 1). The policy's place c between the two is a running average of
 * (mean rate - mean f0) / (mean f1 - mean f0 + 1e-6) over the tasks of a round. For sampled tasks rho cancels.
 *
 * <p>Differences: a task of which fewer samples were scored than m counts with those (Trinity scales its rate up to m); draws
 * are keyed by round and task.
 *
 * <p>Limits: lambda = rho = 0 is the conjugate Beta-Bernoulli update; with rho = 0 tasks that are not sampled decay towards
 * Beta(1,1).
 */
public final class BotsSelector implements TaskSelector {
    private static final String KIND = "bots";

    private final TaskPool pool;
    private final BotsOptions options;
    private final BotsBelief belief;
    private final KeyedRandom random;

    /**
     * A selector that knows nothing but the reference models' pass rates.
     *
     * @param tasks with an id each
     * @param references which columns hold the reference models' pass rates; {@link BotsReferences#NONE} needs rho 0
     * @param options how it estimates and chooses
     * @param seed of the run
     */
    public BotsSelector(List<TaskRecord> tasks, BotsReferences references, BotsOptions options, long seed) {
        pool = new TaskPool(tasks);
        this.options = options;
        belief = new BotsBelief(references.weakRates(tasks, options), references.strongRates(tasks, options), options);
        random = KeyedRandom.ofSeed(seed).derive(KIND);
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        pool.enter(now, count);
        KeyedRandom draws = random.derive(now.round());
        return Ranking.best(pool, count, i -> score(i, draws.derive(pool.task(i).id())));
    }

    /** Minus the distance from the target. Adding Gumbel noise and ranking draws from the softmax without replacement. */
    private double score(int task, KeyedRandom draws) {
        double rate = switch (options.estimate()) {
            case THOMPSON -> BetaDraws.beta(belief.alpha(task), belief.beta(task), draws.derive("rate"));
            case MEAN -> belief.mean(task);
        };
        double score = -Math.abs(options.target() - rate);
        if (options.temperature() == 0) {
            return score;
        }
        return score / options.temperature()
                - StrictMath.log(-StrictMath.log(draws.derive("choice").uniform(0)));
    }

    @Override
    public void observe(List<TaskOutcome> outcomes) {
        Map<Integer, BotsBelief.Seen> seen = new TreeMap<>();
        for (TaskOutcome outcome : outcomes) {
            int task = pool.index(outcome.taskId());
            if (outcome.samples() > 0 && task >= 0) {
                seen.merge(
                        task, new BotsBelief.Seen(task, outcome.successes(), outcome.samples()), BotsBelief.Seen::and);
            }
        }
        belief.update(List.copyOf(seen.values()));
    }

    /**
     * What is believed of a task.
     *
     * @param taskId one of the selector's tasks
     * @return the mean of its pass rate
     */
    public double expectedPassRate(String taskId) {
        int index = pool.index(taskId);
        Check.that(index >= 0, "task", taskId, "must be one of the selector's", "use the id of the data set");
        return belief.mean(index);
    }

    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND);
        pool.writeTo(state);
        belief.writeTo(state);
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        pool.readFrom(state);
        belief.readFrom(state);
    }
}
