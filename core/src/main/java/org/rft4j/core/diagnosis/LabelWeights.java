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

/**
 * Wanted and unwanted answers do not weigh about the same over the run: weight times number of the wanted ones should be 1 to 4/3 times that of
 * the others. A step's own ratio is noise in a small batch, so it gives the weights, and numbers add up over steps.
 */
final class LabelWeights implements DiagnosisRule {
    static final String CODE = "label_weights";
    private static final int LEAST_STEPS = 10;

    /** The middle of 1 to 4/3, by ratio. */
    private static final double RIGHT = Math.sqrt(4.0 / 3);

    private final double limit;
    private final Streak streak = new Streak(LEAST_STEPS);
    private long steps;
    private double shares;
    private OptionalDouble weights = OptionalDouble.empty();

    LabelWeights(double limit) {
        this.limit = limit;
    }

    @Override
    public List<Finding> hear(StepReport step) {
        @Nullable Double share = step.metrics().get("kto/desirable_share");
        if (share == null || !Double.isFinite(share)) {
            return List.of();
        }
        steps++;
        shares += share;
        @Nullable Double ratio = step.metrics().get("kto/weight_ratio");
        if (ratio != null && Double.isFinite(ratio) && share > 0 && share < 1) {
            weights = OptionalDouble.of(ratio * (1 - share) / share);
        }
        double mean = shares / steps;
        double all = weights.orElse(1) * mean / (1 - mean); // infinite, or 0, where there is one label alone
        boolean ill = !(all < RIGHT * limit && all > RIGHT / limit);
        if (!streak.hear(step.step(), ill)) {
            return List.of();
        }
        String text = "kto/desirable_share was " + Symptom.number(mean) + " over " + steps
                + " steps, and weights times numbers of"
                + " wanted and unwanted answers are as " + Symptom.number(all)
                + " to 1, should be as 1 to 1 up to 4 to 3:"
                + " one side decides alone where the policy goes; give " + (all < RIGHT ? "wanted" : "unwanted")
                + " answers more weight, or find more of them";
        return List.of(new Finding(Finding.Level.WARNING, CODE, text, step.step()));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("steps", steps).put("shares", shares);
        weights.ifPresent(ratio -> state.put("weights", ratio));
        return state.set("streak", streak.state());
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("steps").isIntegralNumber() && state.path("shares").isNumber(),
                "state of the rule of labels",
                state,
                "must have steps and shares",
                "restore what state() gave");
        streak.restore(state.path("streak"));
        steps = state.path("steps").longValue();
        shares = state.path("shares").doubleValue();
        weights =
                state.has("weights") ? OptionalDouble.of(state.path("weights").doubleValue()) : OptionalDouble.empty();
    }
}
