package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.Check;

/** Explains once why a loss of 0 is no disease. */
final class LossOfZero implements DiagnosisRule {
    static final String CODE = "loss_zero";
    private static final double ZERO = 1e-6;
    private boolean told;

    @Override
    public List<Finding> hear(StepReport step) {
        Map<String, Double> metrics = step.metrics();
        @Nullable Double loss = metrics.get("loss");
        boolean learns =
                metrics.getOrDefault("grad_norm", 0.0) > 0 && metrics.getOrDefault(EqualGroups.METRIC, 0.0) < 1;
        if (told || loss == null || !(Math.abs(loss) < ZERO) || !learns) {
            return List.of();
        }
        told = true;
        return List.of(new Finding(
                Finding.Level.NOTE,
                CODE,
                Symptom.seen("loss", loss) + " while grad_norm was "
                        + Symptom.number(metrics.getOrDefault("grad_norm", 0.0))
                        + ": that is healthy; on the policy's own samples all ratios are 1 and advantages relative to the group "
                        + "have mean 0, so the loss is 0 and its gradient is not; watch the reward instead",
                step.step()));
    }

    @Override
    public JsonNode state() {
        return BooleanNode.valueOf(told);
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.isBoolean(),
                "state of the loss rule",
                state,
                "must be true or false",
                "restore what state() gave");
        told = state.booleanValue();
    }
}
