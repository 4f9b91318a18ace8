package org.rft4j.algorithms.unpaired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;

/**
 * Rows for {@link Hypo}: the pairs of a round, and answers to their prompts that the policy draws while they are arranged, as it is then.
 * Draws are keyed by the policy's version, so that a resumed run draws what the unbroken one would have, and that the same prompt is
 * answered otherwise in each epoch.
 *
 * <p>Other columns of the pairs are dropped. An episode that failed or has no trained token is left out; a prompt with none left has no
 * unit. Called by the training thread, which waits for the episodes.
 *
 * <p>Metrics: those of the pairs; {@code hypo/drawn}, how many answers were drawn and kept, and {@code hypo/draws_failed}.
 */
public final class HypoRows implements ExampleArrangement<Preference> {
    private final ExampleArrangement<Preference> pairs;

    private final Rollout rollout;

    private final int samples;

    private final LongSupplier version;

    /**
     * An arrangement.
     *
     * @param pairs makes a unit of chosen and rejected of each example that it keeps
     * @param rollout runs episodes with the policy that is trained, under its own distribution; it stays the caller's
     * @param samples k, how many answers to each prompt
     * @param version of the policy's weights, such as {@code policy::version}
     */
    public HypoRows(ExampleArrangement<Preference> pairs, Rollout rollout, int samples, LongSupplier version) {
        SamplingOptions sampling = rollout.sampling();
        Check.that(samples >= 1, "samples", samples, "must be at least 1", "2 give a baseline");
        Check.that(
                sampling.filter().equals(SamplingFilter.NONE)
                        && sampling.logitBias().isEmpty()
                        && sampling.minNewTokens() == 0,
                "sampling of answers for a KL",
                sampling,
                "must be the model's own distribution, in which the KL is taken",
                "make it with SamplingOptions.of(maxNewTokens, seed)");
        this.pairs = pairs;
        this.rollout = rollout;
        this.samples = samples;
        this.version = version;
    }

    @Override
    public ArrangedRows arrange(List<Preference> examples) {
        ArrangedRows arranged = pairs.arrange(examples);
        List<ExampleRow> rows = new ArrayList<>();
        int units = 0;
        for (ExampleRow row : arranged.rows()) {
            rows.add(row(row.ids(), row.trained(), row.unit(), 0));
            units = Math.max(units, row.unit() + 1);
        }
        int drawn = 0;
        List<Trajectory> trajectories = rollout.collect(requests(examples));
        Map<String, Integer> unitOf = new LinkedHashMap<>();
        for (Trajectory one : trajectories) {
            if (!one.endReason().failed() && one.trace().trainedTokens() > 0) {
                int first = units + unitOf.size();
                int unit = unitOf.computeIfAbsent(one.task().id(), absent -> first);
                rows.add(row(one.trace().ids(), one.trace().trained(), unit, 1));
                drawn++;
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>(arranged.metrics());
        metrics.put("hypo/drawn", (double) drawn);
        metrics.put("hypo/draws_failed", (double) trajectories.size() - drawn);
        return new ArrangedRows(rows, metrics);
    }

    private static ExampleRow row(long[] ids, boolean[] trained, int unit, int online) {
        return new ExampleRow(ids, trained, unit, Map.of()).withNumber(Hypo.ONLINE, online);
    }

    private List<RolloutRequest> requests(List<Preference> examples) {
        long now = version.getAsLong();
        Map<String, TaskRecord> tasks =
                new LinkedHashMap<>(); // an example may stand twice in a round, at the border of epochs
        examples.forEach(
                example -> tasks.put(example.id(), new TaskRecord(example.id(), example.prompt(), example.columns())));
        List<RolloutRequest> requests = new ArrayList<>();
        for (TaskRecord task : tasks.values()) {
            for (int sample = 0; sample < samples; sample++) {
                requests.add(new RolloutRequest(new SampleKey(now, task.id(), sample, 0), task));
            }
        }
        return requests;
    }
}
