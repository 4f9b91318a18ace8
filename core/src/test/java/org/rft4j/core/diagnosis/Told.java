package org.rft4j.core.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** Tells a rule of one step after the other, each of a round of its own, and keeps what it says. */
final class Told {
    private final DiagnosisRule rule;
    private long step;

    Told(DiagnosisRule rule) {
        this.rule = rule;
    }

    List<Finding> next(Map<String, Double> metrics) {
        step++;
        return rule.hear(new StepReport(step, step - 1, metrics, Map.of()));
    }

    /** In which of so many steps it speaks. */
    List<Long> speaks(int steps, Map<String, Double> metrics) {
        List<Long> spoke = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            next(metrics).forEach(finding -> spoke.add(finding.step()));
        }
        return spoke;
    }
}
