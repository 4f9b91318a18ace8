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
import org.rft4j.core.state.Forgetful;
import org.rft4j.core.state.Resumable;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.PreparedExamples;
import org.rft4j.core.training.PreparedRound;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Rounds that the policy writes itself: batches of scored groups, and what is trained of them. */
final class SampledRounds implements RoundSource {
    private final BatchSource batches;

    private final Preparing preparing;

    private final Resumable remembering;

    /** Makes of groups what is trained. */
    private interface Preparing {
        PreparedExamples of(List<TrajectoryGroup> groups);
    }

    private SampledRounds(BatchSource batches, Preparing preparing, Resumable remembering) {
        this.batches = batches;
        this.preparing = preparing;
        this.remembering = remembering;
    }

    /** What an algorithm makes of them; its own state is that of the objective. */
    static SampledRounds by(Algorithm algorithm, RoundPreparation preparation, BatchSource batches) {
        return new SampledRounds(
                batches,
                groups -> {
                    PreparedRound prepared = preparation.prepare(algorithm, groups);
                    Map<String, Double> metrics = new LinkedHashMap<>(prepared.metrics());
                    metrics.put("rows", (double) prepared.rows().size());
                    return new PreparedExamples(prepared.batch(), metrics);
                },
                new Forgetful() {});
    }

    /** Examples that an arrangement chooses among them. */
    static SampledRounds chosenBy(
            ExampleArrangement<TrajectoryGroup> arrangement,
            Objective objective,
            ExamplePreparation preparation,
            BatchSource batches) {
        return new SampledRounds(
                batches, groups -> preparation.prepare(objective, arrangement.arrange(groups)), arrangement);
    }

    @Override
    public Optional<Round> next(RunProgress now) {
        Timings timings = new Timings();
        Optional<CollectedBatch> collected = batches.next(now);
        if (collected.isEmpty()) {
            return Optional.empty();
        }
        timings.addAll(collected.get().timings());
        List<TrajectoryGroup> groups = collected.get().groups();
        PreparedExamples prepared = timings.time("time/scoring_s", () -> preparing.of(groups));
        Map<String, Double> metrics = new LinkedHashMap<>(RolloutMetrics.of(groups));
        metrics.putAll(collected.get().metrics());
        metrics.putAll(prepared.metrics());
        List<Completion> completions = Completions.of(groups, batches.tokenizer());
        return Optional.of(new Round(prepared.batch(), completions, metrics, timings.take()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("batches", batches.state());
        state.set("arrangement", remembering.state());
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        batches.restore(state.path("batches"));
        remembering.restore(state.path("arrangement"));
    }

    @Override
    public void close() {
        batches.close();
    }
}
