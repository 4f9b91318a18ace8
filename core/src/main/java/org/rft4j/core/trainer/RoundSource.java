package org.rft4j.core.trainer;

import java.util.Optional;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.state.Resumable;

/**
 * Where rounds come from: the policy's own writing, or a data set. Called by the training thread. Its {@link #state} is that between two
 * rounds.
 */
public interface RoundSource extends Resumable, AutoCloseable {
    /**
     * Makes the next round.
     *
     * @param now how far the run is
     * @return a round; empty if there is no more data
     */
    Optional<Round> next(RunProgress now);

    @Override
    default void close() {}
}
