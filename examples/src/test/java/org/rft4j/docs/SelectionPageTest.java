package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.RunStages;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.selection.TierSchedules;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.core.trajectory.codec.TrajectoryFile;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.replay.ReplayOptions;
import org.rft4j.rollout.replay.ReplayPriority;
import org.rft4j.rollout.replay.ReplayStore;
import org.rft4j.rollout.replay.ReplayWeighting;
import org.rft4j.rollout.selection.BotsOptions;
import org.rft4j.rollout.selection.BotsReferences;
import org.rft4j.rollout.selection.BotsSelector;
import org.rft4j.rollout.selection.CurriculumSelector;
import org.rft4j.rollout.selection.DifficultyFilter;
import org.rft4j.rollout.selection.DifficultyFilterOptions;
import org.rft4j.rollout.selection.DynamicBatch;
import org.rft4j.rollout.selection.DynamicSampling;
import org.rft4j.rollout.selection.DynamicSamplingOptions;
import org.rft4j.rollout.selection.EpochSelector;
import org.rft4j.rollout.selection.LimitRule;
import org.rft4j.rollout.selection.NumberRange;

/** The code of docs/selection-and-replay.md. */
class SelectionPageTest {
    private final long seed = 7;
    private final int rounds = 10;
    private final List<TaskRecord> tasks = IntStream.range(0, 12)
            .mapToObj(i -> TaskRecord.of("t" + i, "x")
                    .with("tier", List.of("basic", "medium", "high", "edge").get(i % 4))
                    .with("length", 30 * i)
                    .with("passRateSmall", i / 24.0)
                    .with("passRateLarge", i / 12.0))
            .toList();

    @TempDir
    private Path folder;

    @Test
    void selectors() {
        TaskSelector selector =
                new DifficultyFilter(new EpochSelector(tasks, seed), DifficultyFilterOptions.neverOrAlways(2, 20));
        for (int round = 0; round < rounds; round++) {
            List<TaskRecord> chosen = selector.select(RunProgress.of(round, rounds), 4);
            List<TaskOutcome> outcomes = new ArrayList<>();
            for (TaskRecord task : chosen) {
                outcomes.add(new TaskOutcome(task.id(), 8, passes(task)));
            }
            selector.observe(outcomes);
        }
        JsonNode state = selector.state();
        TaskSelector other =
                new DifficultyFilter(new EpochSelector(tasks, seed), DifficultyFilterOptions.neverOrAlways(2, 20));
        other.restore(state);
        assertThat(other.select(RunProgress.of(10, 20), 12))
                .isEqualTo(selector.select(RunProgress.of(10, 20), 12))
                .noneMatch(task -> passes(task) == 0 || passes(task) == 8);
    }

    private static int passes(TaskRecord task) {
        return Math.min(8, Integer.parseInt(task.id().substring(1)));
    }

    @Test
    void curricula() {
        TaskSelector tiers = CurriculumSelector.byTier(tasks, "tier", TierSchedules.tarotNormal(), seed);
        TaskSelector lengths = CurriculumSelector.byNumber(
                tasks,
                "length",
                new RunStages<>(List.of(
                        new RunStages.Stage<>(0.5, NumberRange.upTo(100)),
                        new RunStages.Stage<>(1.0, new NumberRange(100, 400)))),
                seed);
        assertThat(tiers.select(RunProgress.of(0, rounds), 12)).hasSize(3);
        assertThat(lengths.select(RunProgress.of(0, rounds), 12)).hasSize(4);
        assertThat(lengths.select(RunProgress.of(5, rounds), 12)).hasSize(8);
    }

    @Test
    void bots() {
        BotsOptions options = BotsOptions.example().withSamples(8);
        TaskSelector bots =
                new BotsSelector(tasks, new BotsReferences("passRateSmall", "passRateLarge"), options, seed);
        assertThat(bots.select(RunProgress.of(0, rounds), 4)).hasSize(4);
    }

    @Test
    void samplingAndReplay() {
        TaskSelector selector = new EpochSelector(tasks, seed);
        Rollout rollout = new Guesses();
        GroupSource source = (round, chosen) -> {
            List<RolloutRequest> requests = new ArrayList<>();
            for (TaskRecord task : chosen) {
                for (int sample = 0; sample < 8; sample++) {
                    requests.add(new RolloutRequest(new SampleKey(round, task.id(), sample, 0), task));
                }
            }
            List<ScoredTrajectory> scored = new ArrayList<>();
            for (Trajectory trajectory : rollout.collect(requests)) {
                scored.add(new ScoredTrajectory(trajectory, score(trajectory)));
            }
            return TrajectoryGroup.group(scored);
        };
        DynamicSampling sampling =
                new DynamicSampling(selector, source, GroupRule.rewardsDiffer(), DynamicSamplingOptions.of(4, 1.0));
        DynamicBatch batch = sampling.next(RunProgress.of(0, rounds));
        assertThat(batch.groups()).hasSize(4).allMatch(group -> group.members().size() == 8);
        assertThat(batch.report().end()).isEqualTo(DynamicBatch.End.FULL);
        replay(batch, 3);
    }

    private void replay(DynamicBatch batch, long policyVersion) {
        ReplayStore store = new ReplayStore(
                ReplayOptions.of(512, 10).withMaxPerTask(8),
                GroupRule.hasReward(0.1),
                ReplayPriority.absoluteAdvantage());
        store.advance(policyVersion);
        for (TrajectoryGroup group : batch.groups()) {
            store.add(group);
        }
        KeyedRandom draw = KeyedRandom.ofSeed(seed).derive("replay").derive(policyVersion);
        List<TrajectoryGroup> again = store.sample(2, 5, ReplayWeighting.prioritised(1), draw);
        store.save(folder);
        assertThat(again).hasSize(2);
        LimitRule fromStore = (now, found, dropped, wanted) -> {
            KeyedRandom luck = KeyedRandom.ofSeed(seed).derive("fill").derive(now.round());
            List<TrajectoryGroup> filled = new ArrayList<>(found);
            filled.addAll(store.sample(wanted - found.size(), 5, ReplayWeighting.prioritised(1), luck));
            return filled;
        };
        DynamicBatch old = new DynamicSampling(
                        new EpochSelector(tasks, seed),
                        (round, chosen) -> List.of(),
                        GroupRule.rewardsDiffer(),
                        DynamicSamplingOptions.of(3, 1)
                                .withRounds(1, 1)
                                .withRules(DynamicSamplingOptions.Surplus.DROPPED, fromStore))
                .next(RunProgress.of(1, rounds));
        assertThat(old.groups()).hasSize(3);
        assertThat(old.report().filled()).isEqualTo(3);
        ReplayStore other = new ReplayStore(
                ReplayOptions.of(512, 10).withMaxPerTask(8),
                GroupRule.hasReward(0.1),
                ReplayPriority.absoluteAdvantage());
        other.restore(folder);
        assertThat(other.sample(2, 5, ReplayWeighting.prioritised(1), draw)).isEqualTo(again);
    }

    @Test
    void files() {
        Path file = folder.resolve("some.trajectories");
        List<Trajectory> trajectories =
                new Guesses().collect(List.of(new RolloutRequest(SampleKey.of("t1", 0), tasks.get(1))));
        TrajectoryFile.write(file, TrajectoryCodec.TRAJECTORY, Map.of("step", 7L), trajectories);
        List<Trajectory> back = new ArrayList<>();
        Map<String, Object> header = TrajectoryFile.read(file, TrajectoryCodec.TRAJECTORY, back::add);
        assertThat(back).isEqualTo(trajectories);
        assertThat(header).isEqualTo(Map.of("step", 7L));
    }

    private static Score score(Trajectory trajectory) {
        return Score.of(trajectory.completion().equals("1"));
    }

    /** A policy that writes one token, 0 or 1. */
    private static final class Guesses implements Rollout {
        @Override
        public SamplingOptions sampling() {
            return SamplingOptions.of(8, 0);
        }

        @Override
        public List<Trajectory> collect(List<RolloutRequest> requests) {
            return requests.stream().map(Guesses::guess).toList();
        }

        private static Trajectory guess(RolloutRequest request) {
            long token = Math.round(request.key().random(3).uniform(0));
            return new Trajectory(
                    request.key(),
                    request.task(),
                    new TokenTrace(new long[] {5, token}, new boolean[] {false, true}, new float[] {0, -0.7f}, 1),
                    List.of(new Turn(1, 1, String.valueOf(token), StopReason.LENGTH, 0, 0)),
                    List.of(),
                    EndReason.DONE,
                    List.of(),
                    Optional.empty());
        }

        @Override
        public void close() {}
    }
}
