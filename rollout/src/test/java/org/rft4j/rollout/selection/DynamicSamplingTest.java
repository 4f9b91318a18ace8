package org.rft4j.rollout.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.testing.TestGroups;

class DynamicSamplingTest {
    private static final DynamicSamplingOptions FOUR = DynamicSamplingOptions.of(4, 1);
    private final List<List<String>> asked = new ArrayList<>();

    @Test
    void groupsWithoutSpreadAreReplaced() {
        DynamicBatch batch = sampling(inOrder(30), FOUR, "t0", "t2", "t4").next(Tasks.round(0));
        assertThat(ids(batch)).containsExactly("t1", "t3", "t5", "t6");
        assertThat(asked).containsExactly(List.of("t0", "t1", "t2", "t3"), List.of("t4", "t5"), List.of("t6"));
        assertThat(batch.report())
                .isEqualTo(new DynamicBatch.Report(3, 7, 0, 0, Map.of("equalRewards", 3), 0, DynamicBatch.End.FULL));
    }

    @Test
    void surplusGroupsComeFirstInTheNextBatch() {
        DynamicSampling sampling = sampling(inOrder(30), FOUR.withRounds(10, 7), "t1");
        assertThat(ids(sampling.next(Tasks.round(0)))).containsExactly("t0", "t2", "t3", "t4");
        DynamicBatch next = sampling.next(Tasks.round(1));
        assertThat(ids(next)).containsExactly("t5", "t6", "t7", "t8");
        assertThat(next.report()).isEqualTo(new DynamicBatch.Report(1, 7, 2, 5, Map.of(), 0, DynamicBatch.End.FULL));
        DynamicBatch third = sampling.next(Tasks.round(2));
        assertThat(ids(third)).containsExactly("t9", "t10", "t11", "t12");
        assertThat(third.report()).isEqualTo(new DynamicBatch.Report(0, 0, 5, 1, Map.of(), 0, DynamicBatch.End.FULL));
    }

    @Test
    void surplusGroupsCanBeDropped() {
        DynamicSampling sampling = sampling(
                inOrder(30),
                FOUR.withRounds(10, 7).withRules(DynamicSamplingOptions.Surplus.DROPPED, LimitRule.fail()));
        assertThat(sampling.next(Tasks.round(0)).report().surplus()).isEqualTo(3);
        DynamicBatch next = sampling.next(Tasks.round(1));
        assertThat(ids(next)).containsExactly("t7", "t8", "t9", "t10");
        assertThat(next.report().carriedIn()).isZero();
    }

    @Test
    void theLimitOfRoundsSettlesTheBatch() {
        String[] all = Tasks.ids(Tasks.numbered(30)).stream()
                .filter(id -> !id.equals("t3"))
                .toArray(String[]::new);
        DynamicSamplingOptions two = FOUR.withRounds(2, 1);
        DynamicBatch fewer = sampling(inOrder(30), two, all).next(Tasks.round(0));
        assertThat(ids(fewer)).containsExactly("t3");
        assertThat(fewer.report())
                .isEqualTo(new DynamicBatch.Report(
                        2, 7, 0, 0, Map.of("equalRewards", 6), 0, DynamicBatch.End.ROUND_LIMIT));
        DynamicBatch filled = sampling(
                        inOrder(30),
                        two.withRules(DynamicSamplingOptions.Surplus.KEPT, LimitRule.fillWithDropped()),
                        all)
                .next(Tasks.round(0));
        assertThat(ids(filled)).containsExactly("t3", "t0", "t1", "t2");
        assertThat(filled.report().filled()).isEqualTo(3);
        assertThatThrownBy(() -> sampling(
                                inOrder(30), two.withRules(DynamicSamplingOptions.Surplus.KEPT, LimitRule.fail()), all)
                        .next(Tasks.round(0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("number of informative groups was 1 beside 6 dropped ones, must be 4; "
                        + "look at the pass rates, allow more generation rounds, or use LimitRule.fewer()");
    }

    @Test
    void aSelectorWithoutTasksSettlesTheBatch() {
        DynamicSampling sampling = sampling(new EpochSelector(Tasks.numbered(3), 1), FOUR, "t1");
        DynamicBatch batch = sampling.next(Tasks.round(0));
        assertThat(ids(batch)).containsExactlyInAnyOrder("t0", "t2");
        assertThat(batch.report())
                .isEqualTo(new DynamicBatch.Report(
                        1, 3, 0, 0, Map.of("equalRewards", 1), 0, DynamicBatch.End.NO_MORE_TASKS));
        DynamicSampling filling = sampling(
                new EpochSelector(Tasks.numbered(3), 1),
                FOUR.withRules(DynamicSamplingOptions.Surplus.KEPT, LimitRule.fillWithDropped()),
                "t1");
        assertThat(ids(filling.next(Tasks.round(0)))).hasSize(3).endsWith("t1");
    }

    @Test
    void theSelectorHearsOfEveryGroup() {
        DifficultyFilter filter = new DifficultyFilter(
                new EpochSelector(Tasks.numbered(9), 1), DifficultyFilterOptions.neverOrAlways(1, 9));
        sampling(filter, FOUR, "t1", "t2", "t3", "t4", "t5", "t6").next(Tasks.round(0));
        assertThat(filter.counts()).isEqualTo(new DifficultyCounts(0, 6, 0, 0));
    }

    @Test
    void noTaskIsSampledTwiceInARound() {
        DynamicSampling sampling =
                sampling(new EpochSelector(Tasks.numbered(10), 1), FOUR.withRounds(5, 1), "t1", "t2");
        for (int round = 0; round < 20; round++) {
            asked.clear();
            sampling.next(Tasks.round(round));
            Set<String> all = new HashSet<>();
            asked.forEach(all::addAll);
            assertThat(all).hasSize(asked.stream().mapToInt(List::size).sum());
        }
    }

    /** Interrupted between any two batches and resumed, a run finds the same batches. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 11})
    void aRestoredRunGoesOn(int handover) {
        List<DynamicBatch> whole = run(-1);
        assertThat(run(handover)).isEqualTo(whole);
        assertThat(whole.stream().mapToInt(batch -> batch.report().carriedIn()).sum())
                .isGreaterThan(3);
        assertThat(whole.stream()
                        .mapToInt(batch -> batch.report().rounds())
                        .max()
                        .orElseThrow())
                .isGreaterThan(1);
    }

    private static List<DynamicBatch> run(int handover) {
        TaskSelector selector = new EpochSelector(Tasks.numbered(40), 3);
        DynamicSampling sampling = drawn(selector);
        List<DynamicBatch> batches = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            if (round == handover) {
                JsonNode selectorState = Tasks.throughText(selector.state());
                JsonNode state = Tasks.throughText(sampling.state());
                selector = new EpochSelector(Tasks.numbered(40), 3);
                selector.restore(selectorState);
                sampling = drawn(selector);
                sampling.restore(state);
            }
            batches.add(sampling.next(Tasks.round(round)));
        }
        return batches;
    }

    /** Rewards by chance, a function of round and task. */
    private static DynamicSampling drawn(TaskSelector selector) {
        GroupSource source = (round, tasks) -> tasks.stream()
                .map(task -> {
                    KeyedRandom random = KeyedRandom.ofSeed(8).derive(round).derive(task.id());
                    return TestGroups.group(task, round, 3, Math.rint(random.uniform(0)), Math.rint(random.uniform(1)));
                })
                .toList();
        return new DynamicSampling(selector, source, GroupRule.rewardsDiffer(), FOUR.withRounds(4, 6));
    }

    @Test
    void whatCannotWorkIsRefused() {
        TaskRecord other = TaskRecord.of("other", "x");
        GroupSource wrong = (round, tasks) -> List.of(TestGroups.group(other, round, 1, 0, 1));
        assertThatThrownBy(() ->
                        new DynamicSampling(inOrder(5), wrong, GroupRule.rewardsDiffer(), FOUR).next(Tasks.round(0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("task of a group from the source was other, must be one that was asked for, and have one "
                        + "group only; make groups with TrajectoryGroup.group(...)");
        DynamicSampling sampling = sampling(inOrder(5), FOUR);
        assertThatThrownBy(() -> sampling.restore(new EpochSelector(Tasks.numbered(2), 1).state()))
                .hasMessage("kind of a state was epochs, must be dynamicSampling; "
                        + "restore the state of a selector that was built with the same options and tasks");
        assertThatThrownBy(() ->
                        sampling.restore(Tasks.JSON.readTree("{\"kind\":\"dynamicSampling\",\"carried\":[\"!\"]}")))
                .hasMessage("group in a state was STRING, must be Base64; restore a state that state() gave");
        assertThatThrownBy(() ->
                        sampling.restore(Tasks.JSON.readTree("{\"kind\":\"dynamicSampling\",\"carried\":[\"AQAA\"]}")))
                .hasMessage("encoded trajectory was without a task, must be as it was written; "
                        + "take an older copy: this one is damaged");
        assertThatThrownBy(() -> DynamicSamplingOptions.of(0, 1))
                .hasMessage("groups of a batch was 0, must be at least 1; use the batch size");
        assertThatThrownBy(() -> FOUR.withRounds(0, 1)).hasMessage("mostRounds was 0, must be at least 1; use 10");
        assertThatThrownBy(() -> FOUR.withRounds(1, 0))
                .hasMessage("leastTasks was 0, must be at least 1; use 1 for what is missing only");
    }

    private DynamicSampling sampling(TaskSelector selector, DynamicSamplingOptions options, String... equal) {
        GroupSource source = (round, tasks) -> {
            asked.add(Tasks.ids(tasks));
            return tasks.stream()
                    .map(task ->
                            TestGroups.group(task, round, 3, 1, List.of(equal).contains(task.id()) ? 1 : 0))
                    .toList();
        };
        return new DynamicSampling(selector, source, GroupRule.rewardsDiffer(), options);
    }

    /** Tasks in the order of their numbers, so that tests can say which come. */
    private static TaskSelector inOrder(int count) {
        List<TaskRecord> tasks = Tasks.numbered(count);
        return new TaskSelector() {
            private int next;

            @Override
            public List<TaskRecord> select(RunProgress now, int wanted) {
                int from = next;
                next = Math.min(count, next + wanted);
                return tasks.subList(from, next);
            }

            @Override
            public void observe(List<TaskOutcome> outcomes) {}

            @Override
            public JsonNode state() {
                return Tasks.JSON.createObjectNode().put("next", next);
            }

            @Override
            public void restore(JsonNode state) {
                next = state.get("next").intValue();
            }
        };
    }

    private static List<String> ids(DynamicBatch batch) {
        return batch.groups().stream()
                .map(TrajectoryGroup::task)
                .map(TaskRecord::id)
                .toList();
    }
}
