package org.rft4j.core.diagnosis;

import java.util.Map;

/** Old and new log-probs differ although the weights are the same. */
record FirstPassRatio(double limit) implements Symptom {
    @Override
    public String code() {
        return "first_pass_ratio";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        return Symptom.above(
                metrics,
                "ratio/first_pass_deviation",
                limit,
                "before the first step of a round old and new policy are the same and every log ratio must be 0; score both "
                        + "with the same temperature, filters and prompt, from the same weights and without dropout, and check "
                        + "that the tokens are those that were sampled");
    }
}
