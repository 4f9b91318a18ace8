package org.rft4j.core.training;

import java.util.List;
import org.rft4j.core.data.Example;

/**
 * An objective on examples that others have written, such as supervised fine-tuning or learning from preferences. Of the log-probs that
 * {@link #needs} can ask for it may have those of a reference, and those of an optimiser step for {@link #window}; nothing was sampled, so that
 * there is no ratio.
 *
 * @param <T> the shape of the examples
 */
public interface OfflineMethod<T extends Example> extends Objective {
    /**
     * Says what is trained of a round's examples.
     *
     * @param examples of the round
     * @return rows; those with the same unit stay together, in this order
     */
    List<ExampleRow> arrange(List<T> examples);
}
