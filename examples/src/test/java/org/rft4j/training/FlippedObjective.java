package org.rft4j.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.WindowRows;

/** An objective that walks the wrong way: all is as it was but the sign of the loss. */
record FlippedObjective(Objective right) implements Objective {
    @Override
    public LossResult loss(LossInput input) {
        LossResult result = right.loss(input);
        return new LossResult(result.loss().neg(), result.metrics());
    }

    @Override
    public String name() {
        return right.name() + "-flipped";
    }

    @Override
    public Needs needs() {
        return right.needs();
    }

    @Override
    public RowWeights weights() {
        return right.weights();
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        return right.window(rows);
    }

    @Override
    public void learn(Map<String, Double> metrics) {
        right.learn(metrics);
    }

    @Override
    public JsonNode state() {
        return right.state();
    }

    @Override
    public void restore(JsonNode state) {
        right.restore(state);
    }
}
