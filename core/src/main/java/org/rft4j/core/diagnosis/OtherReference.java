package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** Before the first step the policy is not its reference: rewards that are differences of log-probs are not 0. */
final class OtherReference implements DiagnosisRule {
    static final String CODE = "other_reference";
    /** In nats of a whole answer; half precision explains less. */
    private static final double MOST_NATS = 1;

    private static final double MOST_REWARD = 0.1;

    @Override
    public List<Finding> hear(StepReport step) {
        Map<String, Double> metrics = step.metrics();
        boolean nats = metrics.containsKey("logps/chosen_minus_reference");
        String chosen = nats ? "logps/chosen_minus_reference" : "rewards/chosen";
        String rejected = nats ? "logps/rejected_minus_reference" : "rewards/rejected";
        @Nullable Double ofChosen = metrics.get(chosen);
        @Nullable Double ofRejected = metrics.get(rejected);
        if (step.step() != 1 || ofChosen == null || ofRejected == null) {
            return List.of();
        }
        double most = nats ? MOST_NATS : MOST_REWARD;
        if (Math.abs(ofChosen) <= most && Math.abs(ofRejected) <= most) {
            return List.of();
        }
        return List.of(new Finding(
                Finding.Level.WARNING,
                CODE,
                Symptom.seen(chosen, ofChosen) + " and " + rejected + " " + Symptom.number(ofRejected)
                        + " in the first step, both should be about 0: the reference is not the policy that the run began with;"
                        + " that is right only if the policy has learned against it before; otherwise make it with"
                        + " Reference.copyOf(policy) or Reference.withoutAdapter(policy), or compute what is precomputed anew",
                step.step()));
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void restore(JsonNode state) {}
}
