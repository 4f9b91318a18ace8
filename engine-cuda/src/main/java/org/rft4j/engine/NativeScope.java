package org.rft4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owns every native array that its thread makes while it is open, wherever DJL attaches it: results of operators on
 * long-lived arrays (weights) too, which an {@link NDManager} alone would leave behind. One scope per training step;
 * scopes nest, and are closed by the thread that opened them, the innermost first. Inside a scope nothing is recorded for
 * autograd except within {@link Autograd#record}, whatever mode libtorch gave the thread.
 *
 * <pre>{@code
 * try (NativeScope step = engine.openScope()) {
 *     NDArray loss = ...;
 * }
 * }</pre>
 */
public final class NativeScope implements AutoCloseable {
    private static final ThreadLocal<Deque<NativeScope>> OPEN = ThreadLocal.withInitial(ArrayDeque::new);

    private final NDManager engineManager;
    private final NDManager parent;
    private final NDManager manager;
    private final NDScope madeHere;
    private final boolean recordingBefore;

    private NativeScope(NDManager engineManager, NDManager parent) {
        this.engineManager = engineManager;
        this.parent = parent;
        this.manager = parent.newSubManager();
        this.madeHere = new NDScope();
        MadeArrays.follow(madeHere);
        this.recordingBefore = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
    }

    /** A scope below the innermost one that this thread has open under the same engine, or below the engine's manager. */
    static NativeScope openBelow(NDManager engineManager) {
        Deque<NativeScope> open = OPEN.get(); // the innermost first
        NDManager parent = open.stream()
                .filter(scope -> scope.engineManager == engineManager)
                .map(NativeScope::manager)
                .findFirst()
                .orElse(engineManager);
        NativeScope scope = new NativeScope(engineManager, parent);
        open.push(scope);
        return scope;
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
     * Lets an array outlive the scope: the scope around it, or the engine, owns it from now on.
     *
     * @param array an array made in this scope, which must be the innermost
     * @return the same array
     */
    public NDArray keep(NDArray array) {
        requireInnermost("keep an array of");
        NDScope.unregister(array);
        array.attach(parent);
        return array;
    }

    /**
     * Takes an array out of whatever scope is open, so that it lives as long as its manager: for state that a long-lived
     * object makes wherever it happens to be constructed.
     *
     * @param array an array just made
     * @return the same array
     */
    public static NDArray leaveToManager(NDArray array) {
        NDScope.unregister(array);
        return array;
    }

    /** Frees everything the scope made, except what was kept. */
    @Override
    public void close() {
        requireInnermost("close");
        OPEN.get().pop();
        madeHere.close();
        manager.close();
        JniUtils.setGradMode(recordingBefore);
    }

    private void requireInnermost(String action) {
        Check.that(
                OPEN.get().peek() == this,
                "scope",
                "not the innermost open one of this thread",
                "must be the innermost to " + action + " it",
                "open scopes in try-with-resources, and use each in the thread that opened it");
    }
}
