package org.rft4j.rollout.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.core.trajectory.codec.TrajectoryFile;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.testing.TestGroups;

class ReplaySavingTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final String OPTIONS = "; restore what a store with the same options saved";

    @TempDir
    private Path folder;

    /**
     * A store that lives on, one that is saved and restored at every turn, and a plain list that does what the options say: all
     * three hold, give and count the same.
     */
    @ParameterizedTest
    @EnumSource(ReplayEviction.class)
    void aRestoredStoreGoesOnAndAPlainListAgrees(ReplayEviction eviction) {
        for (int life = 0; life < 12; life++) {
            KeyedRandom random = KeyedRandom.ofSeed(SEED).derive(life);
            ReplayOptions options = options(random.derive("options"), eviction);
            ReplayStore whole = store(options);
            ReplayStore handed = store(options);
            PlainReplay plain = new PlainReplay(options);
            for (int step = 0; step < 60; step++) {
                KeyedRandom draws = random.derive(step);
                if (draws.uniform(0) < 0.3) {
                    handed.save(folder);
                    handed = store(options);
                    handed.restore(folder);
                }
                long version = step / 3;
                TrajectoryGroup group = group(draws, version);
                for (ReplayStore store : List.of(whole, handed)) {
                    store.advance(version);
                    store.add(group);
                }
                plain.advance(version);
                plain.add(group);
                String at = "life " + life + ", step " + step + " of seed " + SEED;
                assertThat(whole.notOlderThan(ReplayOptions.UNLIMITED)).as(at).isEqualTo(plain.groups());
                assertThat(handed.notOlderThan(ReplayOptions.UNLIMITED)).as(at).isEqualTo(plain.groups());
                assertThat(handed.counts()).as(at).isEqualTo(whole.counts());
                assertThat(whole.counts().evicted()).as(at).isEqualTo(plain.evicted);
                assertThat(handed.sample(3, 4, ReplayWeighting.prioritised(1), draws))
                        .as(at)
                        .isEqualTo(whole.sample(3, 4, ReplayWeighting.prioritised(1), draws));
                assertThat(List.of(handed.tokens(), handed.bytes())).isEqualTo(List.of(whole.tokens(), whole.bytes()));
            }
        }
    }

    @Test
    void savingTwiceGivesTheSameBytes() throws IOException {
        ReplayStore store = store(ReplayOptions.of(9, 9));
        for (int i = 0; i < 5; i++) {
            store.add(group(KeyedRandom.ofSeed(i), 0));
        }
        store.save(folder);
        byte[] first = Files.readAllBytes(folder.resolve(ReplayState.FILE));
        ReplayStore other = store(ReplayOptions.of(9, 9));
        other.restore(folder);
        other.save(folder);
        assertThat(Files.readAllBytes(folder.resolve(ReplayState.FILE))).isEqualTo(first);
    }

    @Test
    void filesThatDoNotFitAreRefusedAndTheStoreStays() throws IOException {
        Path file = folder.resolve(ReplayState.FILE);
        ReplayStore store = store(ReplayOptions.of(9, 9));
        for (int i = 0; i < 5; i++) {
            store.add(group(KeyedRandom.ofSeed(i), 0));
        }
        store.save(folder);
        ReplayStore small = store(ReplayOptions.of(3, 9));
        small.add(group(KeyedRandom.ofSeed(77), 0));
        assertThatThrownBy(() -> small.restore(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": groups of the file was 4, must be within the limit of groups" + OPTIONS);
        byte[] half = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(half, half.length / 2));
        assertThatThrownBy(() -> small.restore(folder))
                .hasMessageEndingWith("cut off, must be whole; take an older copy");
        Files.delete(file);
        assertThatThrownBy(() -> small.restore(folder)).hasMessageContaining("NoSuchFileException");
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, Map.of("kind", "buffer"), List.of());
        assertThatThrownBy(() -> small.restore(folder))
                .hasMessage(file + ": kind of the file was buffer, must be replay 1" + OPTIONS);
        assertThat(small.size()).isEqualTo(1);
        assertThat(small.counts().added()).isEqualTo(1);
    }

    @Test
    void headersThatMakeNoSenseAreRefused() {
        refused("added", 1, "added in the header was 1, must be a Long");
        refused("refused", List.of(), "refused in the header was [], must be a Map");
        refused("evicted", Map.of("age", "x"), "evicted in the header was x, must be a Long");
        refused("numbers", List.of(0L), "number of numbers was 1, must be that of the groups, 2");
        refused("numbers", List.of(1L, 1L), "number of group 1 was 1, must be above 1 and below 2");
        refused("numbers", List.of(0L, 2L), "number of group 1 was 2, must be above 0 and below 2");
        refused("priorities", List.of(0.5, 1), "priorities in the header was 1, must be a Double");
        refused("priorities", List.of(0.5, Double.NaN), "priority of group 1 was NaN, must be at least 0 and finite");
        refused("policyVersion", 2L, "policy version of group 0 was 3, must be at most that of the store, 2");
    }

    private void refused(String field, Object value, String message) {
        Map<String, Object> header = new TreeMap<>(Map.of(
                "kind", "replay 1",
                "policyVersion", 3L,
                "added", 2L,
                "refused", Map.of(),
                "evicted", Map.of(),
                "numbers", List.of(0L, 1L),
                "priorities", List.of(0.5, 1.0)));
        List<TrajectoryGroup> groups = List.of(
                TestGroups.group(TaskRecord.of("a", "x"), 3, 2, 1), TestGroups.group(TaskRecord.of("b", "x"), 3, 2, 1));
        Path file = folder.resolve(ReplayState.FILE);
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, header, groups);
        store(ReplayOptions.of(9, 9)).restore(folder);
        header.put(field, value);
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, header, groups);
        assertThatThrownBy(() -> store(ReplayOptions.of(9, 9)).restore(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": " + message + OPTIONS);
    }

    private static ReplayOptions options(KeyedRandom random, ReplayEviction eviction) {
        return new ReplayOptions(
                1 + below(random, 0, 9),
                3 + below(random, 1, 12),
                40 + below(random, 2, 200),
                900 + below(random, 3, 4000),
                1 + below(random, 4, 4),
                eviction);
    }

    private static TrajectoryGroup group(KeyedRandom random, long version) {
        TaskRecord task = TaskRecord.of("t" + below(random, 1, 6), "x").with("answer", random.uniform(2));
        double[] rewards = new double[1 + below(random, 3, 4)];
        for (int i = 0; i < rewards.length; i++) {
            rewards[i] = random.uniform(10 + i);
        }
        return TestGroups.group(task, Math.max(0, version - below(random, 4, 3)), 1 + below(random, 5, 12), rewards);
    }

    private static int below(KeyedRandom random, long index, int bound) {
        return (int) (random.uniform(index) * bound);
    }

    private static ReplayStore store(ReplayOptions options) {
        return new ReplayStore(options, GroupRule.hasReward(0.2), ReplayPriority.absoluteAdvantage());
    }

    /** What a store does, in the slowest and plainest way. */
    private static final class PlainReplay {
        private final ReplayOptions options;
        private final List<ReplayEntry> entries = new ArrayList<>();
        private final Map<String, Long> evicted = new TreeMap<>();
        private long version;
        private long added;

        PlainReplay(ReplayOptions options) {
            this.options = options;
        }

        List<TrajectoryGroup> groups() {
            return entries.stream().map(ReplayEntry::group).toList();
        }

        void advance(long newVersion) {
            version = newVersion;
            List.copyOf(entries).stream()
                    .filter(entry -> version - entry.policyVersion() > options.maxAge())
                    .forEach(entry -> evict(entry, "age"));
        }

        void add(TrajectoryGroup group) {
            ReplayEntry entry = ReplayEntry.of(
                    added, group, ReplayPriority.absoluteAdvantage().of(group));
            if (GroupRule.hasReward(0.2).objection(group).isPresent()
                    || version - group.policyVersion() > options.maxAge()
                    || entry.tokens() > options.maxTokens()
                    || entry.bytes() > options.maxBytes()) {
                return;
            }
            added++;
            entries.add(entry);
            while (true) {
                List<ReplayEntry> ofTask = entries.stream()
                        .filter(other -> other.taskId().equals(entry.taskId()))
                        .toList();
                if (ofTask.size() > options.maxPerTask()) {
                    evict(worst(ofTask), "perTask");
                } else if (entries.size() > options.maxGroups()) {
                    evict(worst(entries), "groups");
                } else if (sum(ReplayEntry::tokens) > options.maxTokens()) {
                    evict(worst(entries), "tokens");
                } else if (sum(ReplayEntry::bytes) > options.maxBytes()) {
                    evict(worst(entries), "bytes");
                } else {
                    return;
                }
            }
        }

        private long sum(ToLongFunction<ReplayEntry> size) {
            return entries.stream().mapToLong(size).sum();
        }

        private ReplayEntry worst(List<ReplayEntry> among) {
            Comparator<ReplayEntry> byAge =
                    Comparator.comparingLong(e -> e.group().policyVersion());
            Comparator<ReplayEntry> byPriority = Comparator.comparingDouble(ReplayEntry::priority);
            boolean oldest = options.eviction() == ReplayEviction.OLDEST_FIRST;
            Optional<ReplayEntry> worst =
                    among.stream().min((oldest ? byAge : byPriority).thenComparing(ReplayEntry::number));
            return worst.orElseThrow();
        }

        private void evict(ReplayEntry entry, String reason) {
            entries.remove(entry);
            evicted.merge(reason, 1L, Long::sum);
        }
    }
}
