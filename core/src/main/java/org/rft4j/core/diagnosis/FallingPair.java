package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/**
 * The policy learns to prefer by making both answers unlikely, as DPO often does: the chosen one loses at least half of what the margin wins.
 * Rewards tell it better than log-probs, which differ from batch to batch.
 */
final class FallingPair implements DiagnosisRule {
    static final String CODE = "both_fall";
    /** Smaller gains are noise: preferring one of two by so much is a chance of 62 %. */
    private static final double GAIN = 0.5;

    private static final double LOST = 0.5;

    private final Drift chosen = new Drift();
    private final Drift rejected = new Drift();
    private final Streak streak;

    FallingPair(int least) {
        this.streak = new Streak(least);
    }

    @Override
    public List<Finding> hear(StepReport step) {
        @Nullable Double ofChosen = step.metrics().get("rewards/chosen");
        @Nullable Double ofRejected = step.metrics().get("rewards/rejected");
        if (ofChosen == null || ofRejected == null || !Double.isFinite(ofChosen - ofRejected)) {
            return List.of();
        }
        chosen.hear(ofChosen);
        rejected.hear(ofRejected);
        double fell = chosen.began() - chosen.now();
        double gained = rejected.began() - rejected.now() - fell;
        boolean ill = chosen.isKnown() && gained > GAIN && fell > LOST * gained;
        if (!streak.hear(step.step(), ill)) {
            return List.of();
        }
        @Nullable Double logProb = step.metrics().get("logps/chosen");
        String text = "rewards/chosen fell from " + Symptom.number(chosen.began()) + " to "
                + Symptom.number(chosen.now()) + " and rewards/rejected from " + Symptom.number(rejected.began())
                + " to "
                + Symptom.number(rejected.now())
                + (logProb == null ? "" : ", logps/chosen is " + Symptom.number(logProb)) + ", the " + streak.count()
                + ". step in a row: the margin grows because both answers become unlikely, the chosen one too, and what"
                + " becomes likely instead is in neither; lower the learning rate, raise beta, add the likelihood of chosen"
                + " answers to the loss, or take pairs that the policy wrote itself";
        return List.of(new Finding(Finding.Level.WARNING, CODE, text, step.step()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("chosen", chosen.state());
        state.set("rejected", rejected.state());
        return state.set("streak", streak.state());
    }

    @Override
    public void restore(JsonNode state) {
        chosen.restore(state.path("chosen"));
        rejected.restore(state.path("rejected"));
        streak.restore(state.path("streak"));
    }
}
