package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.rft4j.engine.kernels.ScalarHead;

/** Values on [N,T] from hidden states in any layout, and the hidden states' gradient. */
final class HeadValues {
    private final ScalarHead head;
    private final NDArray hidden;
    private final ScoredPlaces places;
    private final NDManager scope;
    private final NDArray values;

    private HeadValues(ScalarHead head, NDArray hidden, ScoredPlaces places, NDManager scope) {
        this.head = head;
        this.hidden = hidden;
        this.places = places;
        this.scope = scope;
        this.values = places.toTokens(head.values(hidden, scope));
    }

    static HeadValues of(ScalarHead head, NDArray hidden, TokenBatch batch, Placement placement, NDManager scope) {
        return new HeadValues(head, hidden, ScoredPlaces.inPlace(batch, placement, hidden.getDevice(), scope), scope);
    }

    NDArray values() {
        return values;
    }

    /** A gradient as the head takes it; refuses what it would refuse, before anything is added to a parameter's gradient. */
    NDArray toCells(NDArray gradValues) {
        return places.toFiniteCells(gradValues, "gradValues");
    }

    /** The gradient of the hidden states, in the layout in which they came. */
    NDArray backward(NDArray ofCells) {
        return head.backward(hidden, ofCells, scope);
    }
}
