package org.rft4j.core.trainer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Numbers about the episodes of a round, under TRL's names where TRL has them. */
final class RolloutMetrics {
    private RolloutMetrics() {}

    static Map<String, Double> of(List<TrajectoryGroup> groups) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        List<ScoredTrajectory> all =
                groups.stream().flatMap(group -> group.members().stream()).toList();
        rewards(groups, metrics);
        lengths(all, metrics);
        metrics.put("episodes", (double) all.size());
        metrics.put("episodes/failed", (double) all.stream()
                .filter(one -> one.trajectory().endReason().failed())
                .count());
        metrics.put(
                "num_turns/mean",
                all.stream()
                        .mapToInt(one -> one.trajectory().turns().size())
                        .average()
                        .orElse(0));
        return metrics;
    }

    private static void rewards(List<TrajectoryGroup> groups, Map<String, Double> metrics) {
        List<Double> all = new ArrayList<>();
        double deviations = 0;
        int equal = 0;
        int scored = 0;
        for (TrajectoryGroup group : groups) {
            double[] rewards = group.rewards();
            if (rewards.length == 0) {
                continue;
            }
            scored++;
            Arrays.stream(rewards).forEach(all::add);
            double deviation = deviation(rewards);
            deviations += deviation;
            equal += deviation == 0 ? 1 : 0;
        }
        if (!all.isEmpty()) {
            metrics.put("reward", all.stream().mapToDouble(x -> x).sum() / all.size());
        }
        if (scored > 0) {
            metrics.put("reward_std", deviations / scored);
            metrics.put("frac_reward_zero_std", equal / (double) scored);
        }
        metrics.put("groups", (double) groups.size());
    }

    /** Unbiased, as TRL has it; exactly 0 where all are equal. */
    private static double deviation(double[] values) {
        if (values.length < 2 || Arrays.stream(values).allMatch(value -> value == values[0])) {
            return 0;
        }
        double mean = Arrays.stream(values).sum() / values.length;
        double square = 0;
        for (double value : values) {
            square += (value - mean) * (value - mean);
        }
        return Math.sqrt(square / (values.length - 1));
    }

    private static void lengths(List<ScoredTrajectory> all, Map<String, Double> metrics) {
        List<Integer> lengths = new ArrayList<>();
        List<Integer> ended = new ArrayList<>();
        for (ScoredTrajectory one : all) {
            Trajectory trajectory = one.trajectory();
            if (trajectory.endReason().failed()) {
                continue;
            }
            int tokens = trajectory.trace().trainedTokens();
            lengths.add(tokens);
            if (!trajectory.truncated()) {
                ended.add(tokens);
            }
        }
        tell("completions/", "_length", lengths, metrics);
        tell("completions/", "_terminated_length", ended, metrics);
        if (!lengths.isEmpty()) {
            metrics.put("completions/clipped_ratio", 1 - ended.size() / (double) lengths.size());
        }
    }

    private static void tell(String before, String after, List<Integer> lengths, Map<String, Double> metrics) {
        if (!lengths.isEmpty()) {
            metrics.put(
                    before + "mean" + after,
                    lengths.stream().mapToInt(x -> x).average().orElse(0));
            metrics.put(before + "min" + after, (double)
                    lengths.stream().mapToInt(x -> x).min().orElse(0));
            metrics.put(before + "max" + after, (double)
                    lengths.stream().mapToInt(x -> x).max().orElse(0));
        }
    }
}
