package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.tokenizer.Tokenizer;

/** Batches that are sampled when they are asked for. */
final class DirectBatches implements BatchSource {
    private final GroupGathering gathering;

    private final GroupCollector collector;

    private final Optional<RewardScorer> scorer;

    private final Tokenizer tokenizer;

    DirectBatches(
            GroupGathering gathering, GroupCollector collector, Optional<RewardScorer> scorer, Tokenizer tokenizer) {
        this.gathering = gathering;
        this.collector = collector;
        this.scorer = scorer;
        this.tokenizer = tokenizer;
    }

    @Override
    public Optional<CollectedBatch> next(RunProgress now) {
        GroupGathering.Gathered gathered = gathering.gather(now);
        Map<String, Double> metrics = new LinkedHashMap<>(collector.takeMetrics());
        metrics.putAll(gathered.metrics());
        Map<String, Double> timings = collector.takeTimings();
        return gathered.exhausted()
                ? Optional.empty()
                : Optional.of(new CollectedBatch(gathered.groups(), metrics, timings));
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("gathering", gathering.state());
        scorer.ifPresent(rewards -> state.set("rewards", rewards.state()));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        gathering.restore(state.path("gathering"));
        scorer.ifPresent(rewards -> rewards.restore(state.path("rewards")));
    }

    @Override
    public void close() {}
}
