package org.rft4j.core.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * The numbers of an evaluation, computed from its episodes alone. Samples without an applicable score are left out and counted; a task with
 * fewer than k others does not count in the numbers of that k, and a number that no task counts in is absent.
 *
 * @param overall over all tasks, by the names in {@link EvaluationRule}
 * @param bySource the same over the tasks of each source, in the order of their names; empty where sources are not told apart
 */
public record Evaluation(Map<String, Double> overall, Map<String, Map<String, Double>> bySource) {
    private static final String NO_SOURCE = "unknown";

    /** Copies the maps. */
    public Evaluation {
        overall = Collections.unmodifiableMap(new LinkedHashMap<>(overall));
        Map<String, Map<String, Double>> copy = new LinkedHashMap<>();
        bySource.forEach(
                (source, numbers) -> copy.put(source, Collections.unmodifiableMap(new LinkedHashMap<>(numbers))));
        bySource = Collections.unmodifiableMap(copy);
    }

    /**
     * Computes the numbers.
     *
     * @param groups all samples of a task in one group, in their order
     * @param rule which numbers
     * @return over all tasks and by source
     */
    public static Evaluation of(List<TrajectoryGroup> groups, EvaluationRule rule) {
        List<TaskSamples> all = new ArrayList<>();
        Map<String, List<TaskSamples>> sources = new TreeMap<>();
        for (TrajectoryGroup group : groups) {
            TaskSamples samples = TaskSamples.of(group, rule);
            all.add(samples);
            rule.sourceColumn()
                    .ifPresent(
                            column -> sources.computeIfAbsent(source(group.task(), column), absent -> new ArrayList<>())
                                    .add(samples));
        }
        Map<String, Map<String, Double>> bySource = new LinkedHashMap<>();
        sources.forEach((source, tasks) -> bySource.put(source, numbers(tasks, rule)));
        return new Evaluation(numbers(all, rule), bySource);
    }

    /**
     * All numbers as metrics: {@code eval_reward} over all tasks and {@code eval/SOURCE/reward} over those of a source, see
     * {@link EvaluationRule#prefix}.
     *
     * @param name of the evaluation
     * @return by name
     */
    public Map<String, Double> metrics(String name) {
        String prefix = EvaluationRule.prefix(name);
        Map<String, Double> metrics = new LinkedHashMap<>();
        overall.forEach((metric, value) -> metrics.put(prefix + "_" + metric, value));
        bySource.forEach((source, numbers) ->
                numbers.forEach((metric, value) -> metrics.put(prefix + "/" + source + "/" + metric, value)));
        return metrics;
    }

    private static String source(TaskRecord task, String column) {
        return task.has(column) ? String.valueOf(task.value(column)) : NO_SOURCE;
    }

    private static Map<String, Double> numbers(List<TaskSamples> tasks, EvaluationRule rule) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        Mean reward = new Mean();
        Mean truncated = new Mean();
        Mean length = new Mean();
        int notApplicable = 0;
        for (TaskSamples task : tasks) {
            for (double score : task.scores()) {
                reward.add(score);
            }
            task.truncated().forEach(cut -> truncated.add(cut ? 1 : 0));
            task.lengths().forEach(length::add);
            notApplicable += task.lengths().size() - task.scores().length;
        }
        reward.putTo(numbers, EvaluationRule.REWARD);
        for (int k : rule.ks()) {
            putAtK(numbers, tasks, rule.passMark(), k);
        }
        truncated.putTo(numbers, EvaluationRule.CLIPPED);
        length.putTo(numbers, EvaluationRule.MEAN_LENGTH);
        numbers.put(EvaluationRule.NOT_APPLICABLE, (double) notApplicable);
        return numbers;
    }

    private static void putAtK(Map<String, Double> numbers, List<TaskSamples> tasks, double passMark, int k) {
        Mean mean = new Mean();
        Mean pass = new Mean();
        Mean majority = new Mean();
        for (TaskSamples task : tasks) {
            if (task.scores().length >= k) {
                mean.add(task.meanOfFirst(k));
                pass.add(passAtK(task.scores().length, task.passed(passMark), k));
                majority.add(task.majorityPasses(k, passMark) ? 1 : 0);
            }
        }
        mean.putTo(numbers, EvaluationRule.MEAN + k);
        pass.putTo(numbers, EvaluationRule.PASS + k);
        majority.putTo(numbers, EvaluationRule.MAJORITY + k);
    }

    /** 1 - C(n-c,k)/C(n,k) as a product, which no binomial overflows. */
    static double passAtK(int samples, int passed, int k) {
        double allFail = 1;
        for (int i = 0; i < k; i++) {
            allFail *= Math.max(0, samples - passed - i) / (double) (samples - i);
        }
        return 1 - allFail;
    }

    /** A running mean that is absent while nothing was added. */
    private static final class Mean {
        private double sum;
        private int count;

        void add(double value) {
            sum += value;
            count++;
        }

        void putTo(Map<String, Double> numbers, String name) {
            if (count > 0) {
                numbers.put(name, sum / count);
            }
        }
    }
}
