package org.rft4j.core.report;

import org.rft4j.core.evaluation.EvaluationRule;

/** Names of numbers that reports treat in a way of their own. Whatever else a step tells is shown under its own name. */
final class MetricNames {
    static final String REWARD = "reward";
    static final String REWARD_STD = "reward_std";
    static final String LOSS = "loss";

    /** Seconds of a whole step, among its timings. */
    static final String STEP_SECONDS = "time/step_s";

    static final String TOKENS_PER_SECOND = "speed/tokens_per_s";

    private static final String PART_BEGIN = "time/";
    private static final String PART_END = "_s";

    private MetricNames() {}

    /** Whether a timing is a part of a step's seconds, such as {@code time/sampling_s}. */
    static boolean isPartOfStep(String timing) {
        return timing.startsWith(PART_BEGIN) && timing.endsWith(PART_END) && !timing.equals(STEP_SECONDS);
    }

    /** Whether a timing is a speed, such as that of sampling alone. */
    static boolean isSpeed(String timing) {
        return timing.startsWith("speed/");
    }

    /** {@code sampling} of {@code time/sampling_s}. */
    static String partOfStep(String timing) {
        return timing.substring(PART_BEGIN.length(), timing.length() - PART_END.length());
    }

    /** The name of an evaluation's metric without what stands in front of it: the line says which evaluation it is. */
    static String within(String evaluation, String metric) {
        String prefix = EvaluationRule.prefix(evaluation) + "_";
        return metric.startsWith(prefix) ? metric.substring(prefix.length()) : metric;
    }
}
