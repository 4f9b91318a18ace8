package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.RewardSamples;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.Check;

/**
 * Samples tasks and scores the episodes. An episode that failed has no applicable score, whatever rewards would say of it. By one thread at
 * a time.
 */
public final class GroupCollector implements GroupSource {
    /** The component of a score that says what the greedy answer to the same task earned. */
    public static final String GREEDY = "greedy";

    private final Rollout rollout;

    private final Optional<RewardScorer> scorer;

    private final Tokenizer tokenizer;

    private final int groupSize;

    private final Optional<Rollout> baseline;

    private final Timings timings = new Timings();

    private final Map<String, Double> rewardMetrics = new LinkedHashMap<>();

    private final Map<String, Integer> batches = new LinkedHashMap<>();

    private final Map<String, Double> ofProcess = new LinkedHashMap<>();

    /**
     * A collector.
     *
     * @param rollout runs episodes
     * @param scorer scores them; without one an episode is worth what its environment gave
     * @param tokenizer of the policy
     * @param groupSize how many episodes of each task
     * @param baseline runs one more episode of each task, which is not trained: what it earned is the component {@link #GREEDY} of the
     *     scores of its task. Meant for greedy sampling, as ReMax wants it
     */
    public GroupCollector(
            Rollout rollout,
            Optional<RewardScorer> scorer,
            Tokenizer tokenizer,
            int groupSize,
            Optional<Rollout> baseline) {
        Check.that(groupSize >= 1, "groupSize", groupSize, "must be at least 1", "8 is usual");
        this.rollout = rollout;
        this.scorer = scorer;
        this.tokenizer = tokenizer;
        this.groupSize = groupSize;
        this.baseline = baseline;
    }

    @Override
    public List<TrajectoryGroup> collect(long round, List<TaskRecord> tasks) {
        return collect(round, round, tasks);
    }

    /** Draws the numbers of one round and scores by the schedules of another. */
    List<TrajectoryGroup> collect(long round, long scoredAs, List<TaskRecord> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        List<RolloutRequest> requests = new ArrayList<>();
        for (TaskRecord task : tasks) {
            for (int sample = 0; sample < groupSize; sample++) {
                requests.add(new RolloutRequest(new SampleKey(round, task.id(), sample, 0), task));
            }
        }
        List<Trajectory> trajectories = sampled(rollout, requests);
        List<Score> scores = timings.time("time/reward_s", () -> scores(trajectories, groupSize, scoredAs));
        List<Score> greedy = baseline.map(of -> greedy(of, round, tasks)).orElse(List.of());
        List<ScoredTrajectory> scored = new ArrayList<>();
        for (int n = 0; n < trajectories.size(); n++) {
            Score score = scores.get(n);
            if (score.applicable()
                    && !greedy.isEmpty()
                    && greedy.get(n / groupSize).applicable()) {
                score = score.withComponent(GREEDY, greedy.get(n / groupSize).value());
            }
            scored.add(new ScoredTrajectory(trajectories.get(n), score));
        }
        return TrajectoryGroup.group(scored);
    }

    private List<Score> greedy(Rollout of, long round, List<TaskRecord> tasks) {
        List<RolloutRequest> requests = tasks.stream()
                .map(task -> new RolloutRequest(new SampleKey(round, task.id(), groupSize, 0), task))
                .toList();
        List<Trajectory> trajectories = sampled(of, requests);
        Optional<JsonNode> before = scorer.map(RewardScorer::state);
        Map<String, Double> told = new LinkedHashMap<>(rewardMetrics);
        Map<String, Integer> counted = new LinkedHashMap<>(batches);
        List<Score> scores = timings.time("time/reward_s", () -> scores(trajectories, 1, round));
        // What is compared with is no sample: neither rewards nor their metrics hear of it.
        before.ifPresent(state -> scorer.orElseThrow().restore(state));
        rewardMetrics.clear();
        rewardMetrics.putAll(told);
        batches.clear();
        batches.putAll(counted);
        return scores;
    }

    /** An interrupted rollout gives cut-off episodes, which must not be taken for the policy's. */
    private List<Trajectory> sampled(Rollout of, List<RolloutRequest> requests) {
        List<Trajectory> trajectories = timings.time("time/sampling_s", () -> of.collect(requests));
        if (Thread.currentThread().isInterrupted()) {
            throw new TrainingException("The run was interrupted while it sampled; resume it");
        }
        return trajectories;
    }

    /** What rewards told since the last call, the mean over batches. */
    Map<String, Double> takeMetrics() {
        Map<String, Double> taken = new LinkedHashMap<>();
        rewardMetrics.forEach((name, sum) -> taken.put(name, sum / batches.getOrDefault(name, 1)));
        rewardMetrics.clear();
        batches.clear();
        return taken;
    }

    /** How long it took since the last call, and what else only this process knows. */
    Map<String, Double> takeTimings() {
        Map<String, Double> taken = timings.take();
        taken.putAll(ofProcess);
        return taken;
    }

    private List<Score> scores(List<Trajectory> trajectories, int ofEach, long round) {
        List<List<RewardSample>> asked = new ArrayList<>();
        for (int n = 0; n < trajectories.size(); n++) {
            if (n % ofEach == 0) {
                asked.add(new ArrayList<>());
            }
            if (scorer.isPresent() && !trajectories.get(n).endReason().failed()) {
                asked.get(asked.size() - 1).add(RewardSamples.of(trajectories.get(n), tokenizer));
            }
        }
        List<List<Score>> said = scorer.isPresent() ? ask(scorer.get(), asked, round) : List.of();
        int[] taken = new int[asked.size()];
        List<Score> scores = new ArrayList<>();
        for (int n = 0; n < trajectories.size(); n++) {
            Trajectory trajectory = trajectories.get(n);
            int group = n / ofEach;
            if (trajectory.endReason().failed()) {
                scores.add(Score.notApplicable(trajectory.endReason()
                        + trajectory.error().map(e -> ": " + e).orElse("")));
            } else if (scorer.isPresent()) {
                scores.add(said.get(group).get(taken[group]++));
            } else {
                scores.add(Score.of(trajectory.environmentReward())
                        .withPerTurn(
                                trajectory.turns().stream().map(Turn::reward).toList()));
            }
        }
        return scores;
    }

    private void tell(String name, double value) {
        if (name.startsWith(RewardScorer.OF_PROCESS)) {
            ofProcess.put(name, value);
        } else {
            rewardMetrics.merge(name, value, Double::sum);
            batches.merge(name, 1, Integer::sum);
        }
    }

    private List<List<Score>> ask(RewardScorer rewards, List<List<RewardSample>> asked, long round) {
        List<List<RewardSample>> groups =
                asked.stream().filter(group -> !group.isEmpty()).toList();
        try {
            RewardScorer.Scored scored = rewards.score(groups, round);
            scored.metrics().forEach(this::tell);
            List<List<Score>> all = new ArrayList<>();
            int next = 0;
            for (List<RewardSample> group : asked) {
                all.add(group.isEmpty() ? List.of() : scored.scores().get(next++));
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("The run was interrupted while rewards were computed; resume it", e);
        }
    }
}
