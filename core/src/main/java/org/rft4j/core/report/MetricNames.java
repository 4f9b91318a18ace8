package org.rft4j.core.report;

/** Names of numbers that reports treat in a way of their own. Whatever else a step tells is shown under its own name. */
final class MetricNames {
    static final String REWARD = "reward";
    static final String REWARD_STD = "reward_std";
    static final String LOSS = "loss";

    /** Seconds of a whole step, among its timings. */
    static final String STEP_SECONDS = "time/step_s";

    static final String TOKENS_PER_SECOND = "time/tokens_per_s";

    private static final String PART_BEGIN = "time/";
    private static final String PART_END = "_s";

    private MetricNames() {}

    /** Whether a timing is a part of a step's seconds, such as {@code time/generation_s}. */
    static boolean isPartOfStep(String timing) {
        return timing.startsWith(PART_BEGIN)
                && timing.endsWith(PART_END)
                && !timing.endsWith("_per_s")
                && !timing.equals(STEP_SECONDS);
    }

    /** {@code generation} of {@code time/generation_s}. */
    static String partOfStep(String timing) {
        return timing.substring(PART_BEGIN.length(), timing.length() - PART_END.length());
    }

    /** The name of an evaluation's metric without the word that all of them begin with. */
    static String withoutEval(String metric) {
        return metric.startsWith("eval_") || metric.startsWith("eval/") ? metric.substring("eval_".length()) : metric;
    }
}
