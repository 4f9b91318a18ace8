package org.rft4j.core.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** Remembers the best evaluation so far. For one thread. */
public final class Best implements Resumable {
    private final Goal goal;
    private final double least;
    private OptionalDouble value = OptionalDouble.empty();
    private OptionalLong step = OptionalLong.empty();

    /**
     * Nothing heard yet.
     *
     * @param goal what evaluations are judged by
     * @param leastImprovement an evaluation is better only if it gains more than this, at least 0
     */
    public Best(Goal goal, double leastImprovement) {
        requireLeast(leastImprovement);
        this.goal = goal;
        this.least = leastImprovement;
    }

    static void requireLeast(double leastImprovement) {
        Check.that(
                leastImprovement >= 0 && Double.isFinite(leastImprovement),
                "leastImprovement",
                leastImprovement,
                "must be at least 0",
                "use 0 to count any improvement");
    }

    /**
     * Hears of an evaluation. One without the metric, or where it is not finite, is not the best.
     *
     * @param metrics by name
     * @param atStep after how many optimiser steps
     * @return whether it is the best so far
     */
    public boolean hear(Map<String, Double> metrics, long atStep) {
        Double heard = metrics.get(goal.metric());
        boolean better = heard != null
                && Double.isFinite(heard)
                && (value.isEmpty() || goal.better().gain(value.getAsDouble(), heard) > least);
        if (heard != null && better) {
            value = OptionalDouble.of(heard);
            step = OptionalLong.of(atStep);
        }
        return better;
    }

    /**
     * The best value.
     *
     * @return empty while there is none
     */
    public OptionalDouble value() {
        return value;
    }

    /**
     * When it was reached.
     *
     * @return after how many optimiser steps, empty while there is no value
     */
    public OptionalLong step() {
        return step;
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("metric", goal.metric());
        value.ifPresent(best -> state.put("value", best));
        step.ifPresent(at -> state.put("step", at));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("metric").asText("").equals(goal.metric())
                        && state.has("value") == state.has("step")
                        && (!state.has("value")
                                || (state.path("value").isNumber()
                                        && state.path("step").isIntegralNumber())),
                "state of the best " + goal.metric(),
                state,
                "must name that metric, and have a value and a step or neither",
                "restore what state() gave, with the same goal");
        value = state.has("value") ? OptionalDouble.of(state.path("value").doubleValue()) : OptionalDouble.empty();
        step = state.has("step") ? OptionalLong.of(state.path("step").longValue()) : OptionalLong.empty();
    }
}
