package org.rft4j.core.trajectory;

import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.engine.Check;

/**
 * An episode that is wanted. A group of G samples of a task is G requests that differ in the key's sample.
 *
 * @param key names the episode; its prompt is the task's id and its turn 0
 * @param task what it is about
 */
public record RolloutRequest(SampleKey key, TaskRecord task) {
    /** Checks that the key is the task's. */
    public RolloutRequest {
        Check.that(
                key.promptId().equals(task.id()) && key.turn() == 0,
                "key of a rollout request",
                key,
                "must name the task " + task.id() + " and turn 0",
                "make it with new SampleKey(round, task.id(), sample, 0)");
    }
}
