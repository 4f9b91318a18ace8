package org.rft4j.rollout.environment;

import java.util.Optional;
import org.rft4j.core.data.Prompt;

/**
 * What a policy acts in during one episode. An instance lives for one episode: {@code reset} is called once, then {@code step} after
 * each turn of the policy until it says done or the episode ends otherwise, then {@code close} once, whatever happened; only when too
 * many threads hang in environments is {@code close} refused like every other call.
 *
 * <p>Calls of one environment come one after another, but not always from the same thread. They may block and may throw: each has a
 * deadline, and what throws or hangs ends this episode and no other. A call whose time is up is interrupted, and {@code close} may
 * then come while it still runs.
 */
public interface Environment extends AutoCloseable {
    /**
     * What the policy is asked first.
     *
     * @return the prompt, or nothing for the task's own
     * @throws Exception whatever goes wrong; the episode ends as failed, with its message
     */
    default Optional<Prompt> reset() throws Exception {
        return Optional.empty();
    }

    /**
     * What becomes of a turn.
     *
     * @param action what the policy wrote
     * @return an observation to go on with, or the end
     * @throws Exception whatever goes wrong; the episode ends as failed, with its message
     */
    StepResult step(Action action) throws Exception;

    /** Frees what the environment holds. If it throws, the trajectory keeps its end and says so in its error. */
    @Override
    default void close() {}
}
