package org.rft4j.core.testing;

import org.jspecify.annotations.Nullable;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;

/**
 * The engine that all tests share, on the processor or where {@code -Drft4j.device=cuda:0} says. A test opens a scope in a
 * field and closes it after each method.
 */
public final class TestEngine {
    private static final TensorEngine ENGINE = TensorEngine.start(
            new EngineOptions(DeviceChoice.parse(System.getProperty("rft4j.device", "cpu")), threads()));

    private TestEngine() {}

    /**
     * The engine.
     *
     * @return always the same one
     */
    public static TensorEngine engine() {
        return ENGINE;
    }

    /**
     * Opens a scope for one test.
     *
     * @return a fresh scope
     */
    public static NativeScope scope() {
        return ENGINE.openScope();
    }

    /**
     * The threads that tests may use.
     *
     * @return the build's setting
     */
    public static int threads() {
        return Integer.getInteger("rft4j.threads", 2);
    }

    /**
     * A null where the compiler wants none: what a caller without null checking passes.
     *
     * @param <T> any type
     * @return null
     */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    public static <T> T nothing() {
        @Nullable T none = null;
        return none;
    }
}
