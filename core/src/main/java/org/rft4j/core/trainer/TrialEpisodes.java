package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Finding;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.TrainingBatch;
import org.rft4j.core.trajectory.RewardSamples;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** A few episodes that the policy plays before a run; those that failed are left out of the groups. */
record TrialEpisodes(Checked checked, List<List<Trajectory>> groups, Tokenizer tokenizer) {
    static TrialEpisodes of(Rollout rollout, List<TaskRecord> tasks, int ofEach, Tokenizer tokenizer) {
        List<RolloutRequest> requests = new ArrayList<>();
        for (TaskRecord task : tasks) {
            for (int sample = 0; sample < ofEach; sample++) {
                requests.add(new RolloutRequest(new SampleKey(0, task.id(), sample, 0), task));
            }
        }
        List<Trajectory> all;
        try {
            all = rollout.collect(requests);
        } catch (RuntimeException e) {
            Finding threw = new Finding(
                    Finding.Level.ERROR,
                    "rollout_throws",
                    "sampling ended with " + e + "; the run would end so too",
                    0);
            return new TrialEpisodes(new Checked("rollout", "threw", List.of(threw)), List.of(), tokenizer);
        }
        List<List<Trajectory>> groups = new ArrayList<>();
        for (int first = 0; first < all.size(); first += ofEach) {
            groups.add(all.subList(first, first + ofEach).stream()
                    .filter(one -> !one.endReason().failed())
                    .toList());
        }
        groups.removeIf(List::isEmpty);
        return new TrialEpisodes(new Checked("rollout", saw(all), findings(all)), List.copyOf(groups), tokenizer);
    }

    private static String saw(List<Trajectory> all) {
        long cutOff = all.stream()
                .filter(one -> !one.endReason().failed() && one.truncated())
                .count();
        int longest = all.stream().mapToInt(one -> one.trace().length()).max().orElse(0);
        return all.size() + " episodes, " + cutOff + " cut off, longest " + longest + " tokens";
    }

    private static List<Finding> findings(List<Trajectory> all) {
        List<Trajectory> failed =
                all.stream().filter(one -> one.endReason().failed()).toList();
        if (failed.isEmpty()) {
            return List.of();
        }
        Trajectory first = failed.get(0);
        return List.of(new Finding(
                failed.size() == all.size() ? Finding.Level.ERROR : Finding.Level.WARNING,
                "episodes_fail",
                failed.size() + " of " + all.size() + " episodes failed, such as one of task "
                        + first.task().id() + ": " + first.endReason()
                        + first.error().map(why -> ", " + why).orElse("") + "; such episodes are not trained",
                0));
    }

    /** The longest episode. */
    int longest() {
        return groups.stream()
                .flatMap(List::stream)
                .mapToInt(one -> one.trace().length())
                .max()
                .orElse(0);
    }

    /** The longest prompt. */
    int longestPrompt() {
        return groups.stream()
                .flatMap(List::stream)
                .mapToInt(one -> one.trace().promptLength())
                .max()
                .orElse(0);
    }

    List<List<RewardSample>> samples() {
        return groups.stream()
                .map(group -> group.stream()
                        .map(one -> RewardSamples.of(one, tokenizer))
                        .toList())
                .toList();
    }

    /** Gives what the environment gave, in order. */
    RewardScorer environmentRewards() {
        List<List<Score>> given = groups.stream()
                .map(group -> group.stream()
                        .map(one -> Score.of(one.environmentReward()))
                        .toList())
                .toList();
        return new RewardScorer() {
            @Override
            public Scored score(List<List<RewardSample>> asked, long round) {
                return new Scored(given, Map.of());
            }

            @Override
            public JsonNode state() {
                return JsonNodeFactory.instance.objectNode();
            }

            @Override
            public void restore(JsonNode state) {}
        };
    }

    /** Whether an algorithm has nothing to say of episodes that are alone in their groups, one of which earned 1 and the other 0. */
    boolean comparesAlone(Algorithm algorithm, RoundPreparation preparation) {
        if (groups.size() < 2) {
            return false;
        }
        List<TrajectoryGroup> alone = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            alone.add(new TrajectoryGroup(
                    List.of(new ScoredTrajectory(groups.get(n).get(0), Score.of(n)))));
        }
        JsonNode before = algorithm.state();
        try {
            Optional<TrainingBatch> batch =
                    preparation.prepare(algorithm, alone).batch();
            return batch.isEmpty() || saysNothing(batch.get());
        } finally {
            algorithm.restore(before);
        }
    }

    private static boolean saysNothing(TrainingBatch batch) {
        if (!batch.columns().containsKey(TokenColumn.ADVANTAGE)) {
            return false;
        }
        for (float[] row : batch.columns().get(TokenColumn.ADVANTAGE)) {
            for (float advantage : row) {
                if (advantage != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
