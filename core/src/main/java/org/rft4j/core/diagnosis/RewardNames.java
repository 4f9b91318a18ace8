package org.rft4j.core.diagnosis;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rft4j.core.reward.RewardTally;

/** The rewards that a step tells of. */
final class RewardNames {
    private RewardNames() {}

    /** Names may hold slashes themselves: each reward has its count of samples that it had nothing to say of. */
    static SortedSet<String> in(Map<String, Double> metrics) {
        String end = "/" + RewardTally.NOT_APPLICABLE;
        SortedSet<String> names = new TreeSet<>();
        for (String metric : metrics.keySet()) {
            if (metric.startsWith(RewardTally.PREFIX)
                    && metric.endsWith(end)
                    && metric.length() > RewardTally.PREFIX.length() + end.length()) {
                names.add(metric.substring(RewardTally.PREFIX.length(), metric.length() - end.length()));
            }
        }
        return names;
    }

    static double number(Map<String, Double> metrics, String reward, String what) {
        return metrics.getOrDefault(RewardTally.metric(reward, what), 0.0);
    }
}
