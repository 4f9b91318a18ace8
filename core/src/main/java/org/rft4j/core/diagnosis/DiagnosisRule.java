package org.rft4j.core.diagnosis;

import java.util.List;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.state.Resumable;

/**
 * Watches the metrics of a run for one disease. It speaks when the disease is there, and again only after it went away, or when it has
 * lasted twice as long as when it last spoke. Called by one thread at a time.
 */
public interface DiagnosisRule extends Resumable {
    /**
     * Hears of an optimiser step.
     *
     * @param step its metrics; those of the round need only stand in one of the round's steps
     * @return what is to be said, usually nothing; after one of level ERROR the run must end
     */
    List<Finding> hear(StepReport step);
}
