package org.rft4j.core.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** How long steps take, by what they tell. The last ones count for what is to come, because completions get longer and shorter. */
final class Pace {
    private static final int RECENT = 50;

    private final Deque<Double> recent = new ArrayDeque<>();
    private double total;

    void add(Map<String, Double> timings) {
        double seconds = timings.getOrDefault(MetricNames.STEP_SECONDS, Double.NaN);
        if (Double.isFinite(seconds)) {
            total += seconds;
            recent.addLast(seconds);
            if (recent.size() > RECENT) {
                recent.removeFirst();
            }
        }
    }

    /** Seconds of all steps so far. */
    double total() {
        return total;
    }

    /** Seconds for so many steps; NaN before the first one. */
    double ahead(long steps) {
        return recent.stream().mapToDouble(s -> s).average().orElse(Double.NaN) * steps;
    }
}
