package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.run.Completion;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.PreparedExamples;

/** Rounds of examples that the policy writes itself: batches of scored groups, among which an arrangement chooses. */
final class IteratedRounds implements RoundSource {
    private final BatchSource batches;

    private final SamplePlan plan;

    private final ExamplePreparation preparation;

    IteratedRounds(BatchSource batches, SamplePlan plan, ExamplePreparation preparation) {
        this.batches = batches;
        this.plan = plan;
        this.preparation = preparation;
    }

    @Override
    public Optional<Round> next(RunProgress now) {
        Timings timings = new Timings();
        Optional<CollectedBatch> collected = batches.next(now);
        if (collected.isEmpty()) {
            return Optional.empty();
        }
        timings.addAll(collected.get().timings());
        PreparedExamples prepared = timings.time(
                "time/scoring_s",
                () -> preparation.prepare(
                        plan.objective(),
                        plan.arrangement().arrange(collected.get().groups())));
        Map<String, Double> metrics =
                new LinkedHashMap<>(RolloutMetrics.of(collected.get().groups()));
        metrics.putAll(collected.get().metrics());
        metrics.putAll(prepared.metrics());
        List<Completion> completions = Completions.of(collected.get().groups(), batches.tokenizer());
        return Optional.of(new Round(prepared.batch(), completions, metrics, timings.take()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("batches", batches.state());
        if (plan.arrangement() instanceof Resumable choice) {
            state.set("arrangement", choice.state());
        }
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        batches.restore(state.path("batches"));
        if (plan.arrangement() instanceof Resumable choice) {
            choice.restore(state.path("arrangement"));
        }
    }

    @Override
    public void close() {
        batches.close();
    }
}
