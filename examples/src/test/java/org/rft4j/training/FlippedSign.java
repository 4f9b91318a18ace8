package org.rft4j.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.WindowRows;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** An algorithm that walks the wrong way: all is as it was but the sign of the loss. */
record FlippedSign(Algorithm right) implements Algorithm {
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
    public boolean trainsPolicy(long round) {
        return right.trainsPolicy(round);
    }

    @Override
    public RowWeights weights() {
        return right.weights();
    }

    @Override
    public List<TrainingRow> arrange(List<TrajectoryGroup> groups) {
        return right.arrange(groups);
    }

    @Override
    public Estimate estimate(List<TrainingRow> rows, RowScores scores) {
        return right.estimate(rows, scores);
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
