package org.rft4j.core.reward;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reward did with a batch.
 *
 * @param values those of the applicable scores
 * @param notApplicable on how many samples it had nothing to say
 * @param failed on how many it threw, or gave back something unfit
 * @param timedOut on how many it did not come back in time
 */
public record RewardTally(List<Double> values, int notApplicable, int failed, int timedOut) {
    /** Begins the names of all metrics of rewards. */
    public static final String PREFIX = "rewards/";
    /** Metric: the mean of the applicable scores; absent where there is none. */
    public static final String MEAN = "mean";
    /** Metric: the unbiased standard deviation of the applicable scores, 0 for a single one; absent where there is none. */
    public static final String STD = "std";
    /** Metric: how many samples it had nothing to say of. */
    public static final String NOT_APPLICABLE = "not_applicable";
    /** Metric: how many samples it threw on. */
    public static final String FAILED = "failed";
    /** Metric: how many samples it was too late with. */
    public static final String TIMED_OUT = "timed_out";

    /** Copies the list. */
    public RewardTally {
        values = List.copyOf(values);
    }

    /**
     * The metrics {@code rewards/NAME/...}.
     *
     * @param name of the reward
     * @return {@link #MEAN} and {@link #STD}, as TRL calls them, and the three counts
     */
    public Map<String, Double> metrics(String name) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (!values.isEmpty()) {
            double mean = values.stream().mapToDouble(v -> v).sum() / values.size();
            double squares =
                    values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
            metrics.put(metric(name, MEAN), mean);
            metrics.put(metric(name, STD), values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1)));
        }
        metrics.put(metric(name, NOT_APPLICABLE), (double) notApplicable);
        metrics.put(metric(name, FAILED), (double) failed);
        metrics.put(metric(name, TIMED_OUT), (double) timedOut);
        return metrics;
    }

    /**
     * The name of a reward's metric.
     *
     * @param reward its name
     * @param what one of the constants
     * @return {@code rewards/REWARD/WHAT}
     */
    public static String metric(String reward, String what) {
        return PREFIX + reward + "/" + what;
    }
}
