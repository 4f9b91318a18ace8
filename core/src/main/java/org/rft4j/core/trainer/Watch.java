package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

/** Tells those who watch. */
final class Watch {
    private final List<RunListener> listeners;

    Watch(List<RunListener> listeners) {
        this.listeners = listeners;
    }

    void started(RunStart start) {
        listeners.forEach(listener -> listener.started(start));
    }

    void sampled(RoundReport round) {
        listeners.forEach(listener -> listener.sampled(round));
    }

    void stepped(StepReport step) {
        listeners.forEach(listener -> listener.stepped(step));
    }

    void checkpointed(Path folder, long step) {
        listeners.forEach(listener -> listener.checkpointed(folder, step));
    }

    void found(Finding finding) {
        listeners.forEach(listener -> listener.found(finding));
    }

    void ended(RunEnd end) {
        listeners.forEach(listener -> listener.ended(end));
    }

    void evaluateFirst() {}

    boolean evaluateIfDue(long step) {
        return false;
    }

    Map<String, Double> numbersOfRun() {
        return Map.of();
    }
}
