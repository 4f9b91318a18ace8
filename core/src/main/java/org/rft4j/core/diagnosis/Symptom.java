package org.rft4j.core.diagnosis;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the metrics of a single step. */
interface Symptom {
    /** A short name that stays the same. */
    String code();

    /** What the metrics say. */
    Sign look(Map<String, Double> metrics);

    /** What metrics say of a disease. */
    sealed interface Sign {
        /** The metrics that would tell are not there. */
        record Unknown() implements Sign {}

        /** It is not there. */
        record Healthy() implements Sign {}

        /**
         * It is there.
         *
         * @param seen a metric and its value
         * @param meaning what that means and what can be done
         */
        record Ill(String seen, String meaning) implements Sign {}
    }

    /** Unknown where the metric is not there, ill where it is above the limit. */
    static Sign above(Map<String, Double> metrics, String metric, double limit, String meaning) {
        @Nullable Double value = metrics.get(metric);
        if (value == null) {
            return new Sign.Unknown();
        }
        return value <= limit
                ? new Sign.Healthy()
                : new Sign.Ill(seen(metric, value) + ", above " + number(limit), meaning);
    }

    static String seen(String metric, double value) {
        return metric + " was " + number(value);
    }

    /** Four digits are enough to act upon. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e6
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }
}
