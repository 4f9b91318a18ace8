package org.rft4j.core.diagnosis;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Optimiser steps change nothing. */
record StillPolicy() implements Symptom {
    @Override
    public String code() {
        return "not_moving";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        if (metrics.getOrDefault(SkippedSteps.METRIC, 0.0) > 0) {
            return new Sign.Unknown(); // that the step was skipped is another disease
        }
        return zero(
                        metrics,
                        "learning_rate",
                        "nothing can be learned; check the schedule: its length, its warm-up and its end")
                .or(() -> zero(
                        metrics,
                        "grad_norm",
                        "no gradient reaches the trained weights; check that rewards differ within groups, that the mask "
                                + "leaves tokens to train, and that the adapter's targets are layers of this model"))
                .or(() -> zero(
                        metrics,
                        "update/probe_norm",
                        "there are gradients, but the weights stay as they are; the learning rate may be so small that its "
                                + "steps vanish in rounding: raise it, or keep weights in fp32"))
                .orElseGet(() -> metrics.containsKey("update/probe_norm") || metrics.containsKey("grad_norm")
                        ? new Sign.Healthy()
                        : new Sign.Unknown());
    }

    private static Optional<Sign> zero(Map<String, Double> metrics, String metric, String meaning) {
        @Nullable Double value = metrics.get(metric);
        return value != null && value == 0
                ? Optional.of(new Sign.Ill(Symptom.seen(metric, value), meaning))
                : Optional.empty();
    }
}
