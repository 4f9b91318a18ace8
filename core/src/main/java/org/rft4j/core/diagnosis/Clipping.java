package org.rft4j.core.diagnosis;

import java.util.Map;

/** Many tokens are clipped. */
record Clipping(double limit) implements Symptom {
    @Override
    public String code() {
        return "clipping";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        return Symptom.above(
                metrics,
                "clip_ratio/region_mean",
                limit,
                "that share of the tokens has left the clip range and has no gradient any more; lower the learning rate, take "
                        + "fewer optimiser steps per round, or use larger batches");
    }
}
