package org.rft4j.core.state;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something whose state is part of a checkpoint. Restored into an object that was built with the same options, the state makes it
 * continue exactly as the one it was taken from would have.
 */
public interface Resumable {
    /**
     * The state now.
     *
     * @return everything that the options do not say, as JSON that {@link #restore} reads; later changes do not reach it
     */
    JsonNode state();

    /**
     * Takes up a state.
     *
     * @param state what {@link #state} gave; a clear error if it is of another kind or does not fit the options
     */
    void restore(JsonNode state);
}
