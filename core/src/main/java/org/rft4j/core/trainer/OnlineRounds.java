package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.run.Completion;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.PreparedRound;
import org.rft4j.core.training.RoundPreparation;

/** Rounds that the policy writes itself: batches of scored groups, prepared by an algorithm. */
final class OnlineRounds implements RoundSource {
    private final BatchSource batches;

    private final RoundPreparation preparation;

    private final Algorithm algorithm;

    OnlineRounds(BatchSource batches, RoundPreparation preparation, Algorithm algorithm) {
        this.batches = batches;
        this.preparation = preparation;
        this.algorithm = algorithm;
    }

    @Override
    public Optional<Round> next(RunProgress now) {
        Timings timings = new Timings();
        Optional<CollectedBatch> collected = batches.next(now);
        if (collected.isEmpty()) {
            return Optional.empty();
        }
        timings.addAll(collected.get().timings());
        PreparedRound prepared = timings.time(
                "time/scoring_s",
                () -> preparation.prepare(algorithm, collected.get().groups()));
        Map<String, Double> metrics =
                new LinkedHashMap<>(RolloutMetrics.of(collected.get().groups()));
        metrics.putAll(collected.get().metrics());
        metrics.putAll(prepared.metrics());
        metrics.put("rows", (double) prepared.rows().size());
        List<Completion> completions = Completions.of(collected.get().groups(), batches.tokenizer());
        return Optional.of(new Round(prepared.batch(), completions, metrics, timings.take()));
    }

    @Override
    public JsonNode state() {
        return batches.state();
    }

    @Override
    public void restore(JsonNode state) {
        batches.restore(state);
    }

    @Override
    public void close() {
        batches.close();
    }
}
