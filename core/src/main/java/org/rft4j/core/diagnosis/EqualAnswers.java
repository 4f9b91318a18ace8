package org.rft4j.core.diagnosis;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Many pairs prefer an answer to itself. */
record EqualAnswers(double limit) implements Symptom {
    private static final String METRIC = "examples/equal_pairs";

    @Override
    public String code() {
        return "equal_answers";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        @Nullable Double equal = metrics.get(METRIC);
        @Nullable Double examples = metrics.get("examples");
        if (equal == null || examples == null) {
            return new Sign.Unknown();
        }
        return equal <= limit * examples
                ? new Sign.Healthy()
                : new Sign.Ill(
                        Symptom.seen(METRIC, equal) + " of " + Symptom.number(examples) + " examples",
                        "the chosen answer has the tokens of the rejected one, from which nothing can be learned; drop such pairs"
                                + " with EqualPairs.DROP, allow more tokens if answers are equal because they are cut, and look at"
                                + " how the data were made");
    }
}
