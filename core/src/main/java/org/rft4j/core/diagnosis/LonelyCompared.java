package org.rft4j.core.diagnosis;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** KTO's zero point is that of a single pair; where there is none, nobody asked for one. */
record LonelyCompared() implements Symptom {
    private static final String METRIC = "kto/compared_rows";

    @Override
    public String code() {
        return "kto_batch_of_one";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        @Nullable Double rows = metrics.get(METRIC);
        if (rows == null) {
            return new Sign.Unknown();
        }
        return rows != 1
                ? new Sign.Healthy()
                : new Sign.Ill(
                        Symptom.seen(METRIC, rows),
                        "answers are compared with the mean log-ratio of prompts with the answers of others, of which the"
                                + " step has one, so that it is noise; give optimiser steps at least 4 examples, or take KTO"
                                + " without a zero point");
    }
}
