package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** Steps that were skipped because their gradients were not finite; many in a row end the run. */
final class SkippedSteps implements DiagnosisRule {
    /** Metric: above 0 if this step was skipped. */
    static final String METRIC = "update/skipped";

    static final String CODE = "non_finite_gradients";
    private static final String WAY_OUT =
            "lower the learning rate, clip gradients to a smaller norm, and look for rewards or log-probs of extreme size";
    private final int mostInARow;
    private final Streak streak = new Streak(1);

    SkippedSteps(int mostInARow) {
        this.mostInARow = mostInARow;
    }

    @Override
    public List<Finding> hear(StepReport step) {
        @Nullable Double skipped = step.metrics().get(METRIC);
        if (skipped == null) {
            return List.of();
        }
        boolean speak = streak.hear(step.step(), skipped > 0);
        if (streak.count() >= mostInARow) {
            return List.of(new Finding(
                    Finding.Level.ERROR,
                    CODE,
                    "gradients were not finite in " + streak.count() + " steps in a row, the most is "
                            + (mostInARow - 1) + ": the weights are probably broken; go back to an earlier checkpoint, "
                            + WAY_OUT,
                    step.step()));
        }
        return speak
                ? List.of(new Finding(
                        Finding.Level.WARNING,
                        CODE,
                        METRIC + " was " + Symptom.number(skipped) + ", the " + streak.count()
                                + ". step in a row with gradients that were not finite: it changed nothing; if it happens again, "
                                + WAY_OUT,
                        step.step()))
                : List.of();
    }

    @Override
    public JsonNode state() {
        return streak.state();
    }

    @Override
    public void restore(JsonNode state) {
        streak.restore(state);
    }
}
