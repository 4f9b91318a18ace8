package org.rft4j.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

/** Makes a listener when the run begins. One that opens files would otherwise leave them to a run that is refused. */
final class LateListener implements RunListener {
    private final Supplier<RunListener> maker;

    private RunListener made = new RunListener() {};

    LateListener(Supplier<RunListener> maker) {
        this.maker = maker;
    }

    @Override
    public void started(RunStart start) {
        made = maker.get();
        made.started(start);
    }

    @Override
    public void sampled(RoundReport round) {
        made.sampled(round);
    }

    @Override
    public void stepped(StepReport step) {
        made.stepped(step);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        made.evaluated(evaluation);
    }

    @Override
    public void checkpointed(Path folder, long step) {
        made.checkpointed(folder, step);
    }

    @Override
    public void found(Finding finding) {
        made.found(finding);
    }

    @Override
    public void ended(RunEnd end) {
        made.ended(end);
    }

    @Override
    public void close() {
        made.close();
    }
}
