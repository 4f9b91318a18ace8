package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** Preferred answers get longer or shorter in the course of a run. */
final class ChosenLength implements DiagnosisRule {
    static final String CODE = "chosen_length";
    private static final double FACTOR = 1.5;

    private final Drift length = new Drift();
    private final Streak streak;

    ChosenLength(int least) {
        this.streak = new Streak(least);
    }

    @Override
    public List<Finding> hear(StepReport step) {
        @Nullable Double chosen = step.metrics().get("lengths/chosen");
        if (chosen == null || !Double.isFinite(chosen)) {
            return List.of();
        }
        length.hear(chosen);
        boolean ill =
                length.isKnown() && (length.now() > FACTOR * length.began() || FACTOR * length.now() < length.began());
        if (!streak.hear(step.step(), ill)) {
            return List.of();
        }
        @Nullable Double rejected = step.metrics().get("lengths/rejected");
        String text = "lengths/chosen went from " + Symptom.number(length.began()) + " to "
                + Symptom.number(length.now())
                + (rejected == null ? "" : ", lengths/rejected is " + Symptom.number(rejected)) + ", the "
                + streak.count()
                + ". step in a row: what is preferred is chosen by its length, or the data are sorted by it; read some pairs,"
                + " normalise log-probs by length, let the reward count length, or shuffle";
        return List.of(new Finding(Finding.Level.WARNING, CODE, text, step.step()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("length", length.state());
        return state.set("streak", streak.state());
    }

    @Override
    public void restore(JsonNode state) {
        length.restore(state.path("length"));
        streak.restore(state.path("streak"));
    }
}
