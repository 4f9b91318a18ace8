package org.rft4j.rollout.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.testing.TestGroups;

class ReplayStoreTest {
    private static final long ANY = ReplayOptions.UNLIMITED;
    private static final double EXACT = 1e-12;

    @Test
    void groupsGoWhenTheyAreTooOld() {
        ReplayStore store = store(ReplayOptions.of(100, 2));
        for (int version = 0; version < 5; version++) {
            store.advance(version);
            assertThat(store.add(group("t" + version, version))).isEmpty();
        }
        assertThat(ids(store)).containsExactly("t2", "t3", "t4");
        assertThat(store.counts()).isEqualTo(new ReplayCounts(5, Map.of(), Map.of("age", 2L)));
        assertThat(ids(store.notOlderThan(1))).containsExactly("t3", "t4");
        assertThat(ids(store.notOlderThan(0))).containsExactly("t4");
        assertThat(store.add(group("late", 1))).contains("tooOld");
        store.advance(50);
        assertThat(store.size()).isZero();
    }

    @Test
    void theOldestGoWhenThereIsNoRoom() {
        ReplayStore store = store(ReplayOptions.of(2, ANY));
        store.advance(9);
        store.add(group("new", 9));
        store.add(group("old", 3));
        store.add(group("newer", 9));
        assertThat(ids(store)).containsExactly("new", "newer");
        store.add(group("last", 9));
        assertThat(ids(store)).as("of one age, the one added first goes").containsExactly("newer", "last");
        assertThat(store.counts().evicted()).isEqualTo(Map.of("groups", 2L));
    }

    @Test
    void theLeastImportantGoWhereThatIsTheOrder() {
        ReplayStore store = store(ReplayOptions.of(2, ANY).withEviction(ReplayEviction.LOWEST_PRIORITY_FIRST));
        store.add(TestGroups.group(TaskRecord.of("half", "x"), 0, 2, 0, 1));
        store.add(TestGroups.group(TaskRecord.of("rare", "x"), 0, 2, 0, 0, 0, 1));
        store.add(TestGroups.group(TaskRecord.of("third", "x"), 0, 2, 0, 0, 1));
        assertThat(ids(store)).containsExactly("half", "third");
        store.add(TestGroups.group(TaskRecord.of("never", "x"), 0, 2, 0, 0));
        assertThat(ids(store)).as("the new one is the least important itself").containsExactly("half", "third");
    }

    @Test
    void tokensBytesAndTasksHaveLimits() {
        TrajectoryGroup some = group("t0", 0);
        long bytes = TrajectoryCodec.GROUP.encode(some).length;
        ReplayStore byTokens = store(ReplayOptions.of(100, ANY).withSize(2 * some.tokens() + 1, ANY));
        ReplayStore byBytes = store(ReplayOptions.of(100, ANY).withSize(ANY, 2 * bytes));
        for (ReplayStore store : List.of(byTokens, byBytes)) {
            for (int i = 0; i < 4; i++) {
                assertThat(store.add(group("t" + i, 0))).isEmpty();
            }
            assertThat(ids(store)).containsExactly("t2", "t3");
            assertThat(store.tokens()).isEqualTo(2 * some.tokens());
            assertThat(store.bytes()).isEqualTo(2 * bytes);
            assertThat(store.add(TestGroups.group(TaskRecord.of("long", "x"), 0, 5000, 0, 1)))
                    .as("one that would push out all others and not even fit then")
                    .contains("tooLarge");
        }
        assertThat(byTokens.counts()).isEqualTo(new ReplayCounts(4, Map.of("tooLarge", 1L), Map.of("tokens", 2L)));
        assertThat(byBytes.counts().evicted()).isEqualTo(Map.of("bytes", 2L));
        ReplayStore perTask = store(ReplayOptions.of(100, ANY).withMaxPerTask(2));
        perTask.advance(5);
        for (int version = 0; version < 4; version++) {
            perTask.add(group("a", version));
            perTask.add(group("b" + version, version));
        }
        assertThat(perTask.notOlderThan(ANY).stream()
                        .filter(group -> group.task().id().equals("a"))
                        .map(TrajectoryGroup::policyVersion))
                .containsExactly(2L, 3L);
        assertThat(perTask.size()).isEqualTo(6);
        assertThat(perTask.counts().evicted()).isEqualTo(Map.of("perTask", 2L));
    }

    @Test
    void rulesDecideWhatIsKept() {
        ReplayStore store =
                new ReplayStore(ReplayOptions.of(9, ANY), GroupRule.hasReward(0.1), ReplayPriority.rewardVariance());
        assertThat(store.add(TestGroups.group(TaskRecord.of("a", "x"), 0, 2, 0, 0.05)))
                .contains("noSuccess");
        assertThat(store.add(TestGroups.group(TaskRecord.of("b", "x"), 0, 2, 0.2)))
                .isEmpty();
        Trajectory failed = new Trajectory(
                SampleKey.of("c", 0),
                TaskRecord.of("c", "x"),
                new TokenTrace(new long[1], new boolean[1], new float[1], 1),
                List.of(),
                List.of(),
                EndReason.SAMPLER_FAILED,
                List.of(),
                Optional.of("broken"));
        assertThat(store.add(new TrajectoryGroup(List.of(new ScoredTrajectory(failed, Score.of(1))))))
                .contains("unwritten");
        assertThat(store.counts()).isEqualTo(new ReplayCounts(1, Map.of("noSuccess", 1L, "unwritten", 1L), Map.of()));
        store.add(TestGroups.group(TaskRecord.of("d", "x"), 0, 2, 0, 0.9));
        store.retain(GroupRule.hasReward(0.5));
        assertThat(ids(store)).containsExactly("d");
        store.clear();
        assertThat(store.size()).isZero();
        assertThat(store.tokens() + store.bytes()).isZero();
        assertThat(store.counts().evicted()).isEqualTo(Map.of("noSuccess", 1L, "cleared", 1L));
    }

    /** ExIt: success rates 1/2, 1/4 and 0 have priorities 0.25, 0.1875 and 0, and chances 0.5714, 0.4286 and 0. */
    @Test
    void drawsFollowThePriorities() {
        ReplayStore store = store(ReplayOptions.of(9, ANY));
        store.add(TestGroups.group(TaskRecord.of("half", "x"), 0, 2, 0, 0, 1, 1));
        store.add(TestGroups.group(TaskRecord.of("quarter", "x"), 0, 2, 0, 0, 1, 0));
        store.add(TestGroups.group(TaskRecord.of("never", "x"), 0, 2, 0, 0, 0, 0));
        assertThat(ReplayPriority.rewardVariance().of(store.notOlderThan(0).get(1)))
                .isEqualTo(0.1875, within(EXACT));
        assertThat(ReplayPriority.absoluteAdvantage().of(store.notOlderThan(0).get(1)))
                .isEqualTo(0.375, within(EXACT));
        int draws = 20_000;
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < draws; i++) {
            List<TrajectoryGroup> drawn = store.sample(
                    3,
                    ANY,
                    ReplayWeighting.prioritised(1),
                    KeyedRandom.ofSeed(4).derive(i));
            assertThat(drawn).hasSize(2);
            first.merge(drawn.get(0).task().id(), 1, Integer::sum);
        }
        double share = first.get("half") / (double) draws;
        double chance = 4 / 7.0;
        assertThat(Math.abs(share - chance)).isLessThan(4 * Math.sqrt(chance * (1 - chance) / draws));
        assertThat(first.keySet()).containsExactlyInAnyOrder("half", "quarter");
        assertThat(ReplayWeighting.prioritised(2).weight(0.5)).isEqualTo(0.25);
    }

    @Test
    void uniformDrawsGiveEveryGroupTheSameChance() {
        ReplayStore store = store(ReplayOptions.of(9, ANY));
        for (int i = 0; i < 5; i++) {
            store.add(group("t" + i, 0));
        }
        int draws = 10_000;
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < draws; i++) {
            List<TrajectoryGroup> drawn = store.sample(
                    2, ANY, ReplayWeighting.uniform(), KeyedRandom.ofSeed(4).derive(i));
            assertThat(drawn).hasSize(2).doesNotHaveDuplicates();
            drawn.forEach(group -> counts.merge(group.task().id(), 1, Integer::sum));
        }
        assertThat(counts).hasSize(5);
        counts.values()
                .forEach(count ->
                        assertThat(Math.abs(count / (double) draws - 0.4)).isLessThan(4 * Math.sqrt(0.24 / draws)));
        assertThat(store.size()).isEqualTo(5);
    }

    @Test
    void drawsAreKeyedAndHeedStaleness() {
        ReplayStore store = store(ReplayOptions.of(9, ANY));
        for (int version = 0; version < 6; version++) {
            store.advance(version);
            store.add(group("t" + version, version));
        }
        KeyedRandom random = KeyedRandom.ofSeed(1);
        List<TrajectoryGroup> all = store.sample(6, ANY, ReplayWeighting.uniform(), random);
        assertThat(store.sample(6, ANY, ReplayWeighting.uniform(), random)).isEqualTo(all);
        assertThat(store.sample(6, ANY, ReplayWeighting.uniform(), KeyedRandom.ofSeed(2)))
                .isNotEqualTo(all);
        assertThat(store.sample(6, 2, ReplayWeighting.uniform(), random))
                .as("luck does not depend on which others there are")
                .isEqualTo(
                        all.stream().filter(group -> group.policyVersion() >= 3).toList());
        assertThat(store.sample(0, ANY, ReplayWeighting.uniform(), random)).isEmpty();
    }

    @Test
    void whatCannotWorkIsRefused() {
        ReplayStore store = new ReplayStore(ReplayOptions.of(9, 3), group -> Optional.empty(), group -> Double.NaN);
        assertThatThrownBy(() -> store.add(group("t", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("policy version of a group was 1, must be at most that of the store, 0; "
                        + "call advance(...) first");
        assertThatThrownBy(() -> store.add(group("t", 0)))
                .hasMessage(
                        "priority of a group was NaN, must be at least 0 and finite; correct the priority function");
        store.advance(4);
        assertThatThrownBy(() -> store.advance(3))
                .hasMessage(
                        "policy version was 3, must be at least the last one, 4; restore an older state to go back");
        assertThatThrownBy(() -> store.sample(-1, 0, ReplayWeighting.uniform(), KeyedRandom.ofSeed(1)))
                .hasMessage("number of groups wanted was -1, must be at least 0; ask for what a batch needs");
        assertThatThrownBy(() -> ReplayWeighting.prioritised(0))
                .hasMessage("exponent of priorities was 0.0, must be above 0 and at most 100; "
                        + "use uniform() where the priority does not matter");
        assertThatThrownBy(() -> ReplayOptions.of(0, 1))
                .hasMessage("maxGroups was 0, must be at least 1; use UNLIMITED to switch the limit off");
        assertThatThrownBy(() -> ReplayOptions.of(1, -1))
                .hasMessage("maxAge was -1, must be at least 0; use 0 for groups of the current policy only");
        assertThatThrownBy(() -> ReplayOptions.of(1, 1).withSize(0, 1)).hasMessageStartingWith("maxTokens was 0,");
        assertThatThrownBy(() -> ReplayOptions.of(1, 1).withSize(1, 0)).hasMessageStartingWith("maxBytes was 0,");
        assertThatThrownBy(() -> ReplayOptions.of(1, 1).withMaxPerTask(0)).hasMessageStartingWith("maxPerTask was 0,");
    }

    private static ReplayStore store(ReplayOptions options) {
        return new ReplayStore(options, group -> Optional.empty(), ReplayPriority.rewardVariance());
    }

    private static TrajectoryGroup group(String task, long version) {
        return TestGroups.group(TaskRecord.of(task, "x"), version, 3, 0, 1);
    }

    private static List<String> ids(ReplayStore store) {
        return ids(store.notOlderThan(ANY));
    }

    private static List<String> ids(List<TrajectoryGroup> groups) {
        return groups.stream().map(group -> group.task().id()).toList();
    }
}
