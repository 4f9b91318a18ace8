package org.rft4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * Owns every native array that its thread makes while it is open, wherever DJL attaches it: results of operators on
 * long-lived arrays (weights) too, which an {@link NDManager} alone would leave behind. One scope per training step;
 * scopes nest, and are closed by the thread that opened them, the innermost first.
 *
 * <pre>{@code
 * try (NativeScope step = engine.openScope()) {
 *     NDArray loss = ...;
 * }
 * }</pre>
 */
public final class NativeScope implements AutoCloseable {
    private final NDManager parent;
    private final NDManager manager;
    private final NDScope madeHere;

    NativeScope(NDManager parent) {
        this.parent = parent;
        this.manager = parent.newSubManager();
        this.madeHere = new NDScope();
    }

    /**
     * The manager to make arrays with; programs attach their results to it.
     *
     * @return the scope's manager
     */
    public NDManager manager() {
        return manager;
    }

    /**
     * Lets an array outlive the scope: the manager around the scope owns it from now on.
     *
     * @param array an array made in this scope
     * @return the same array
     */
    public NDArray keep(NDArray array) {
        NDScope.unregister(array);
        array.attach(parent);
        return array;
    }

    /** Frees everything the scope made, except what was kept. */
    @Override
    public void close() {
        madeHere.close();
        manager.close();
    }
}
