package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.diagnosis.Diagnosis;
import org.rft4j.core.report.CompletionsLog;
import org.rft4j.core.report.MetricsLog;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

/** Tells the logs and all who watch what happens, evaluates, and hears the diagnosis. The logs are told first. */
final class Watch implements AutoCloseable {
    private final MetricsLog metrics;

    private final CompletionsLog completions;

    private final Diagnosis diagnosis;

    private final Evaluator evaluator;

    private final List<RunListener> all = new ArrayList<>();

    private boolean better;

    Watch(
            MetricsLog metrics,
            CompletionsLog completions,
            Diagnosis diagnosis,
            Evaluator evaluator,
            List<RunListener> listeners) {
        this.metrics = metrics;
        this.completions = completions;
        this.diagnosis = diagnosis;
        this.evaluator = evaluator;
        all.add(metrics);
        all.add(completions);
        all.addAll(listeners);
    }

    void started(RunStart start) {
        all.forEach(listener -> listener.started(start));
    }

    void sampled(RoundReport round) {
        all.forEach(listener -> listener.sampled(round));
    }

    void stepped(StepReport step) {
        all.forEach(listener -> listener.stepped(step));
        diagnose(step);
    }

    /** A run that the diagnosis calls hopeless ends here. */
    void diagnose(StepReport step) {
        Optional<Finding> hopeless = Optional.empty();
        for (Finding finding : diagnosis.hear(step)) {
            found(finding);
            if (finding.level() == Finding.Level.ERROR) {
                hopeless = Optional.of(finding);
            }
        }
        if (hopeless.isPresent()) {
            throw new TrainingException(hopeless.get().text());
        }
    }

    void checkpointed(Path folder, long step) {
        all.forEach(listener -> listener.checkpointed(folder, step));
    }

    void found(Finding finding) {
        all.forEach(listener -> listener.found(finding));
    }

    void ended(RunEnd end) {
        all.forEach(listener -> listener.ended(end));
    }

    /** Evaluates if it is time, or the last time. Says why the run should end, if it should. */
    Optional<String> evaluateIfDue(long step, long round, boolean last, Timings timings) {
        if (!evaluator.due(step, last)) {
            better &= evaluator.isOf(step);
            return Optional.empty();
        }
        Evaluator.Verdict verdict = timings.time("time/evaluation_s", () -> evaluator.evaluate(step, round));
        verdict.reports().forEach(report -> all.forEach(listener -> listener.evaluated(report)));
        better = verdict.better();
        return verdict.enough();
    }

    /** Whether this moment has been evaluated, as the best so far. */
    boolean better() {
        return better;
    }

    /** Everything that a resumed run goes on with, where the logs end included. */
    ObjectNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("metricsPosition", metrics.position());
        state.put("completionsPosition", completions.position());
        state.set("diagnosis", diagnosis.state());
        state.set("evaluations", evaluator.state());
        return state;
    }

    /** Closes the logs; other listeners are closed with the trainer. */
    @Override
    public void close() {
        metrics.close();
        completions.close();
    }
}
