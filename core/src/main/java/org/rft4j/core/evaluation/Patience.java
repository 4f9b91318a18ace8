package org.rft4j.core.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** Hears evaluations and says when it is enough, see {@link EarlyStop#patient}. For one thread. */
public final class Patience implements Resumable {
    private final EarlyStop stop;
    private final Best best;
    private int without;

    Patience(EarlyStop stop) {
        this.stop = stop;
        this.best = new Best(stop.goal(), stop.leastImprovement());
    }

    /**
     * Hears of an evaluation. One that does not have the metric, such as one of another plan, is not heard.
     *
     * @param metrics by name
     * @param step after how many optimiser steps
     * @return why the run should end; empty if it should go on
     */
    public Optional<String> hear(Map<String, Double> metrics, long step) {
        Double heard = metrics.get(stop.goal().metric());
        if (heard == null) {
            return Optional.empty();
        }
        without = best.hear(metrics, step) ? 0 : without + 1;
        if (stop.goodEnough().isPresent()
                && stop.goal().better().gain(stop.goodEnough().getAsDouble(), heard) >= 0) {
            return Optional.of(stop.goal().metric() + " was " + heard + ", good enough is "
                    + stop.goodEnough().getAsDouble());
        }
        if (without < stop.patience()) {
            return Optional.empty();
        }
        return Optional.of(
                stop.goal().metric() + " did not get better in the last " + without + " evaluations; the best was "
                        + (best.value().isPresent()
                                ? best.value().getAsDouble() + " after step "
                                        + best.step().orElse(0)
                                : "never finite"));
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
