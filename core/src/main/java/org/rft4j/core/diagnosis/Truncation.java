package org.rft4j.core.diagnosis;

import java.util.Map;

/** Many completions are cut off. */
record Truncation(double limit) implements Symptom {
    @Override
    public String code() {
        return "truncated";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        return Symptom.above(
                metrics,
                "completions/clipped_ratio",
                limit,
                "that share of the completions was cut off before its end and is judged without its answer; raise "
                        + "maxNewTokens, check that the end tokens are those of the chat template, or reward brevity");
    }
}
