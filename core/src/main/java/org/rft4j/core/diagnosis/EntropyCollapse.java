package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.Check;

/** The policy's entropy is a small part of what it was in the first step, or next to nothing. */
final class EntropyCollapse implements DiagnosisRule {
    static final String CODE = "entropy_collapse";
    private static final String METRIC = "entropy";
    /** Nats per token at which practically every sample is the same. */
    private static final double NOTHING = 1e-3;

    private final double share;
    private final Streak streak;
    private OptionalDouble start = OptionalDouble.empty();

    EntropyCollapse(double share, int least) {
        this.share = share;
        this.streak = new Streak(least);
    }

    @Override
    public List<Finding> hear(StepReport step) {
        @Nullable Double entropy = step.metrics().get(METRIC);
        if (entropy == null || !Double.isFinite(entropy)) {
            return List.of();
        }
        if (start.isEmpty()) {
            start = OptionalDouble.of(entropy);
        }
        double began = start.getAsDouble();
        if (!streak.hear(step.step(), entropy < Math.max(NOTHING, share * began))) {
            return List.of();
        }
        String text = Symptom.seen(METRIC, entropy) + ", it began with " + Symptom.number(began) + ", the "
                + streak.count()
                + ". step in a row: samples of a task are nearly the same, so there is nothing left to choose "
                + "from; if the reward is not where it should be, add an entropy bonus, raise the upper clip bound, sample at "
                + "a higher temperature, or go back to an earlier checkpoint with a lower learning rate";
        return List.of(new Finding(Finding.Level.WARNING, CODE, text, step.step()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        start.ifPresent(began -> state.put("start", began));
        return state.set("streak", streak.state());
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                !state.has("start") || state.path("start").isNumber(),
                "state of the entropy rule",
                state,
                "must have a number as start, or none",
                "restore what state() gave");
        streak.restore(state.path("streak"));
        start = state.has("start") ? OptionalDouble.of(state.path("start").doubleValue()) : OptionalDouble.empty();
    }
}
