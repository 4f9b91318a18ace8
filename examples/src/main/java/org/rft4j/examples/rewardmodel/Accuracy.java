package org.rft4j.examples.rewardmodel;

import java.util.Locale;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RunListener;

/** Tells of how many held-out pairs a reward model prefers the right side. */
final class Accuracy implements RunListener {
    @Override
    public void evaluated(EvaluationReport evaluation) {
        Double accuracy = evaluation.metrics().get("eval_" + evaluation.name() + "_accuracy");
        if (accuracy != null) {
            System.out.printf(
                    Locale.ROOT,
                    "  after step %2d it is right about %.0f %% of the held-out pairs%n",
                    evaluation.step(),
                    100 * accuracy);
        }
    }
}
