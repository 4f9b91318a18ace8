package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.stream.Batches;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.PreparedExamples;

/** Rounds of a data set: batches of examples, arranged as rows. */
final class ExampleRounds<T extends Example> implements RoundSource {
    private final Batches<T> batches;

    private final ExampleArrangement<T> arrangement;

    private final Objective objective;

    private final ExamplePreparation preparation;

    ExampleRounds(
            Batches<T> batches,
            ExampleArrangement<T> arrangement,
            Objective objective,
            ExamplePreparation preparation) {
        this.batches = batches;
        this.arrangement = arrangement;
        this.objective = objective;
        this.preparation = preparation;
    }

    @Override
    public Optional<Round> next(RunProgress now) {
        if (!batches.hasNext()) {
            return Optional.empty();
        }
        Timings timings = new Timings();
        List<T> examples = batches.next();
        PreparedExamples prepared =
                timings.time("time/scoring_s", () -> preparation.prepare(objective, arrangement.arrange(examples)));
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("examples", (double) examples.size());
        metrics.putAll(prepared.metrics());
        return Optional.of(new Round(prepared.batch(), List.of(), metrics, timings.take()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("batches", batches.state());
        state.set("arrangement", arrangement.state());
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        batches.restore(state.path("batches"));
        arrangement.restore(state.path("arrangement"));
    }
}
