package org.rft4j.core.selection;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.state.Resumable;

/**
 * Chooses the tasks that are sampled next. What it chooses is a function of its options, its seed and what it has been asked and
 * told; its state continues in another process as here. One that could not restore a state is of no use any more. Called by one
 * thread at a time.
 */
public interface TaskSelector extends Resumable {
    /**
     * Chooses tasks. A round may ask several times and gets no task twice, because equal keys would draw equal tokens.
     *
     * @param now how far the run is; rounds never go back
     * @param count how many tasks are wanted
     * @return as many tasks, or fewer if the round has had all others
     */
    List<TaskRecord> select(RunProgress now, int count);

    /**
     * Hears what came of tasks. Outcomes of tasks that it does not know, and those without a sample, are passed over.
     *
     * @param outcomes at most one for each task
     */
    void observe(List<TaskOutcome> outcomes);
}
