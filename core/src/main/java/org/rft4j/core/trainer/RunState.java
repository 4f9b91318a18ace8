package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.training.TrainingBatch;

/** Where a run stands: counters, and the round that is being trained. */
final class RunState implements Resumable {
    private long round;

    private long step;

    private long tokens;

    private int window;

    private int skippedInARow;

    private int emptyInARow;

    private @Nullable TrainingBatch batch;

    private Map<String, Double> ofRound = new LinkedHashMap<>();

    long round() {
        return round;
    }

    long step() {
        return step;
    }

    long tokens() {
        return tokens;
    }

    int window() {
        return window;
    }

    int skippedInARow() {
        return skippedInARow;
    }

    int emptyInARow() {
        return emptyInARow;
    }

    Optional<TrainingBatch> batch() {
        return Optional.ofNullable(batch);
    }

    /** Metrics of the round, which its first step tells; empty afterwards. */
    Map<String, Double> takeRoundMetrics() {
        Map<String, Double> taken = ofRound;
        ofRound = new LinkedHashMap<>();
        return taken;
    }

    void begin(Round next) {
        batch = next.batch().orElse(null);
        window = 0;
        ofRound = new LinkedHashMap<>(next.metrics());
        for (long[] ids : batch == null ? java.util.List.<long[]>of() : batch.ids()) {
            tokens += ids.length;
        }
        ofRound.put("num_tokens", (double) tokens);
        emptyInARow = batch == null ? emptyInARow + 1 : 0;
    }

    void stepped(boolean applied) {
        step++;
        window++;
        skippedInARow = applied ? 0 : skippedInARow + 1;
    }

    void finishRound() {
        batch = null;
        window = 0;
        round++;
    }

    void restoreBatch(TrainingBatch restored) {
        batch = restored;
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("round", round)
                .put("step", step)
                .put("tokens", tokens)
                .put("window", window)
                .put("skippedInARow", skippedInARow)
                .put("emptyInARow", emptyInARow);
        ObjectNode metrics = state.putObject("ofRound");
        ofRound.forEach(metrics::put);
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        round = state.path("round").asLong();
        step = state.path("step").asLong();
        tokens = state.path("tokens").asLong();
        window = state.path("window").asInt();
        skippedInARow = state.path("skippedInARow").asInt();
        emptyInARow = state.path("emptyInARow").asInt();
        ofRound = new LinkedHashMap<>();
        state.path("ofRound")
                .properties()
                .forEach(entry -> ofRound.put(entry.getKey(), entry.getValue().asDouble()));
        batch = null;
    }
}
