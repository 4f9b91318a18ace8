package org.rft4j.rewards.guard;

import java.util.Optional;
import org.rft4j.core.state.Resumable;

/** Watches batch after batch for one way in which a reward can be exploited. */
public interface Guard extends Resumable {
    /**
     * Looks at a batch.
     *
     * @param batch completions and what they earned
     * @return a warning, if there is cause for one now
     */
    Optional<Warning> observe(Observation batch);

    /**
     * Cause for a closer look.
     *
     * @param guard which guard warns
     * @param text what it has seen, with numbers, and what can be done
     */
    record Warning(String guard, String text) {}
}
