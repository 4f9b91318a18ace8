package org.rft4j.core.diagnosis;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pairs are told apart so surely that they have no gradient any more. */
record SaturatedMargins(double limit) implements Symptom {
    private static final double NEARLY_ALL = 0.95;

    @Override
    public String code() {
        return "margins_saturated";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        @Nullable Double right = metrics.get("rewards/accuracies");
        return right != null && right < NEARLY_ALL
                ? new Sign.Healthy()
                : Symptom.above(
                        metrics,
                        "rewards/margins",
                        limit,
                        "preferences are learned, what a sigmoid of such a margin still gives as a gradient is next to nothing,"
                                + " and a policy so far from its reference knows the pairs by heart; stop here, lower the"
                                + " learning rate, raise beta, or add pairs");
    }
}
