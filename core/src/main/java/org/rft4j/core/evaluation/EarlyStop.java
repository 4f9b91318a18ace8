package org.rft4j.core.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** Ends a run whose evaluation is good enough, or does not get better any more. For one thread. */
public final class EarlyStop implements Resumable {
    private final Goal goal;
    private final int patience;
    private final OptionalDouble goodEnough;
    private final Best best;
    private int without;

    /**
     * Nothing heard yet.
     *
     * @param goal what evaluations are judged by
     * @param patience after how many evaluations in a row without improvement the run ends, at least 1
     * @param leastImprovement what counts as improvement: gaining more than this over the best so far
     * @param goodEnough the run ends when the metric reaches this, if it is given
     */
    public EarlyStop(Goal goal, int patience, double leastImprovement, OptionalDouble goodEnough) {
        Check.that(patience >= 1, "patience", patience, "must be at least 1", "use 3");
        this.goal = goal;
        this.patience = patience;
        this.goodEnough = goodEnough;
        this.best = new Best(goal, leastImprovement);
    }

    /**
     * Hears of an evaluation. One that does not have the metric, such as one of another plan, is not heard.
     *
     * @param metrics by name
     * @param step after how many optimiser steps
     * @return why the run should end; empty if it should go on
     */
    public Optional<String> hear(Map<String, Double> metrics, long step) {
        Double heard = metrics.get(goal.metric());
        if (heard == null) {
            return Optional.empty();
        }
        without = best.hear(metrics, step) ? 0 : without + 1;
        if (goodEnough.isPresent() && goal.better().gain(goodEnough.getAsDouble(), heard) >= 0) {
            return Optional.of(goal.metric() + " was " + heard + ", good enough is " + goodEnough.getAsDouble());
        }
        if (without < patience) {
            return Optional.empty();
        }
        return Optional.of(goal.metric() + " did not get better in the last " + without + " evaluations; the best was "
                + (best.value().isPresent()
                        ? best.value().getAsDouble() + " after step "
                                + best.step().orElse(0)
                        : "never finite"));
    }

    /**
     * What it judges by.
     *
     * @return the goal
     */
    public Goal goal() {
        return goal;
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance.objectNode().put("without", without).set("best", best.state());
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("without").isIntegralNumber() && state.path("best").isObject(),
                "state of early stopping",
                state,
                "must have without and best",
                "restore what state() gave");
        best.restore(state.path("best"));
        without = state.path("without").intValue();
    }
}
