package org.rft4j.core.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;

/** Keeps what a run tells. */
final class Told implements RunListener {
    final List<StepReport> steps = new ArrayList<>();
    final List<Finding> findings = new ArrayList<>();
    final List<RunEnd> ends = new ArrayList<>();
    private final Consumer<StepReport> then;

    Told(Consumer<StepReport> then) {
        this.then = then;
    }

    Told() {
        this(step -> {});
    }

    List<Map<String, Double>> metrics() {
        return steps.stream().map(StepReport::metrics).toList();
    }

    @Override
    public void stepped(StepReport step) {
        steps.add(step);
        then.accept(step);
    }

    @Override
    public void found(Finding finding) {
        findings.add(finding);
    }

    @Override
    public void ended(RunEnd end) {
        ends.add(end);
    }
}
