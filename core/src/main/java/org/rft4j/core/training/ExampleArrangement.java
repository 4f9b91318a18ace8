package org.rft4j.core.training;

import java.util.List;
import org.rft4j.core.state.Forgetful;

/**
 * Makes of examples the sequences that are trained: encodes, cuts and masks what others have written, or chooses among what the policy has.
 *
 * @param <T> what the examples are: a shape of data sets, or {@link org.rft4j.core.trajectory.TrajectoryGroup} for what was sampled
 */
@FunctionalInterface
public interface ExampleArrangement<T> extends Forgetful {
    /**
     * Says what is trained of a round's examples.
     *
     * @param examples of the round
     * @return rows and what is to be told
     */
    ArrangedRows arrange(List<T> examples);
}
