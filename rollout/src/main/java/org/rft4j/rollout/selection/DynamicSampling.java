package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Samples until a batch has enough groups that say something: "DAPO" (arXiv 2503.14476), section 3.2. Groups that a rule objects
 * to are dropped and replaced by groups of other tasks. Called by one thread at a time.
 *
 * <p>Differences from verl's {@code filter_groups}: a generation round samples what is missing instead of a whole batch (set
 * {@link DynamicSamplingOptions#leastTasks} to the batch's size for that); groups beyond the batch may be kept; what happens at the
 * limit of rounds is a choice, verl raises an error; the selector hears the pass rates, once for each batch.
 */
public final class DynamicSampling implements GroupGathering {
    private static final String KIND = "dynamicSampling";

    private final TaskSelector selector;
    private final GroupSource source;
    private final GroupRule rule;
    private final DynamicSamplingOptions options;
    private List<TrajectoryGroup> carried = List.of();

    /**
     * Sampling with nothing left over.
     *
     * @param selector chooses tasks, and hears what came of them; its state is its own
     * @param source samples and scores them
     * @param rule says which groups are wanted, such as {@link GroupRule#rewardsDiffer}
     * @param options batch size and limits
     */
    public DynamicSampling(TaskSelector selector, GroupSource source, GroupRule rule, DynamicSamplingOptions options) {
        this.selector = selector;
        this.source = source;
        this.rule = rule;
        this.options = options;
    }

    /**
     * Makes the next batch.
     *
     * @param now how far the run is; the selector is asked for this round
     * @return the batch and its counts
     */
    public DynamicBatch next(RunProgress now) {
        List<TrajectoryGroup> found = new ArrayList<>(carried);
        List<TrajectoryGroup> dropped = new ArrayList<>();
        List<TaskOutcome> outcomes = new ArrayList<>();
        Map<String, Integer> reasons = new TreeMap<>();
        DynamicBatch.End end = DynamicBatch.End.FULL;
        int rounds = 0;
        while (found.size() < options.groups() && end == DynamicBatch.End.FULL) {
            List<TaskRecord> tasks = rounds == options.mostRounds()
                    ? List.of()
                    : selector.select(now, Math.max(options.leastTasks(), options.groups() - found.size()));
            if (tasks.isEmpty()) {
                end = rounds == options.mostRounds() ? DynamicBatch.End.ROUND_LIMIT : DynamicBatch.End.NO_MORE_TASKS;
                continue;
            }
            rounds++;
            for (TrajectoryGroup group : collect(now, tasks)) {
                outcomes.add(TaskOutcome.of(group, options.passMark()));
                Optional<String> objection = rule.objection(group);
                objection.ifPresent(reason -> reasons.merge(reason, 1, Integer::sum));
                (objection.isPresent() ? dropped : found).add(group);
            }
        }
        selector.observe(outcomes);
        int carriedIn = carried.size();
        List<TrajectoryGroup> batch = settle(now, found, dropped);
        int surplus = Math.max(0, found.size() - options.groups());
        int filled = Math.max(0, batch.size() - found.size());
        return new DynamicBatch(
                batch, new DynamicBatch.Report(rounds, outcomes.size(), carriedIn, surplus, reasons, filled, end));
    }

    /**
     * Makes the next batch and tells its counts under {@code sampling/}.
     *
     * @param now how far the run is
     * @return groups and numbers
     */
    @Override
    public Gathered gather(RunProgress now) {
        DynamicBatch batch = next(now);
        DynamicBatch.Report report = batch.report();
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("sampling/rounds", (double) report.rounds());
        metrics.put("sampling/groups", (double) report.sampled());
        metrics.put("sampling/filled", (double) report.filled());
        report.dropped().forEach((reason, count) -> metrics.put("sampling/dropped/" + reason, (double) count));
        boolean exhausted =
                batch.groups().isEmpty() && report.end() == DynamicBatch.End.NO_MORE_TASKS && report.sampled() == 0;
        return new Gathered(batch.groups(), metrics, exhausted);
    }

    private List<TrajectoryGroup> collect(RunProgress now, List<TaskRecord> tasks) {
        List<TrajectoryGroup> groups = source.collect(now.round(), tasks);
        Set<String> expected = tasks.stream().map(TaskRecord::id).collect(Collectors.toCollection(HashSet::new));
        for (TrajectoryGroup group : groups) {
            Check.that(
                    expected.remove(group.task().id()),
                    "task of a group from the source",
                    group.task().id(),
                    "must be one that was asked for, and have one group only",
                    "make groups with TrajectoryGroup.group(...)");
        }
        return groups;
    }

    private List<TrajectoryGroup> settle(RunProgress now, List<TrajectoryGroup> found, List<TrajectoryGroup> dropped) {
        if (found.size() < options.groups()) {
            List<TrajectoryGroup> batch = options.atLimit().settle(now, found, dropped, options.groups());
            carried = List.of();
            return batch;
        }
        carried = options.surplus() == DynamicSamplingOptions.Surplus.KEPT
                ? List.copyOf(found.subList(options.groups(), found.size()))
                : List.of();
        return found.subList(0, options.groups());
    }

    /** The groups that are left over, and the selector's state. */
    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND);
        ArrayNode groups = state.putArray("carried");
        carried.forEach(group -> groups.add(TrajectoryCodec.GROUP.encode(group)));
        state.set("selector", selector.state());
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        List<TrajectoryGroup> restored = new ArrayList<>();
        for (JsonNode group : SelectorState.part(state, "carried")) {
            restored.add(decoded(group));
        }
        selector.restore(SelectorState.part(state, "selector"));
        carried = List.copyOf(restored);
    }

    private static TrajectoryGroup decoded(JsonNode group) {
        try {
            byte[] bytes = group.binaryValue();
            if (bytes != null) {
                return TrajectoryCodec.GROUP.decode(bytes);
            }
        } catch (IOException e) {
            // no Base64: reported below
        }
        throw new InvalidInputException(
                "group in a state", group.getNodeType(), "must be Base64", "restore a state that state() gave");
    }
}
