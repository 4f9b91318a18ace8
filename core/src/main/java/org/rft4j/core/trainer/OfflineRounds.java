package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.training.OfflineMethod;
import org.rft4j.core.training.OfflinePreparation;
import org.rft4j.core.training.TrainingBatch;

/** Rounds of a data set: batches of examples, arranged by a method. */
final class OfflineRounds<T extends Example> implements RoundSource {
    private final Batches<T> batches;

    private final OfflineMethod<T> method;

    private final OfflinePreparation preparation;

    OfflineRounds(Batches<T> batches, OfflineMethod<T> method, OfflinePreparation preparation) {
        this.batches = batches;
        this.method = method;
        this.preparation = preparation;
    }

    @Override
    public Optional<Round> next(RunProgress now) {
        if (!batches.hasNext()) {
            return Optional.empty();
        }
        Timings timings = new Timings();
        List<T> examples = batches.next();
        Optional<TrainingBatch> batch = timings.time("time/scoring_s", () -> preparation.prepare(method, examples));
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("examples", (double) examples.size());
        metrics.put("rows", batch.map(TrainingBatch::rows).orElse(0).doubleValue());
        return Optional.of(new Round(batch, List.of(), metrics, timings.take()));
    }

    @Override
    public JsonNode state() {
        return batches.state();
    }

    @Override
    public void restore(JsonNode state) {
        batches.restore(state);
    }
}
