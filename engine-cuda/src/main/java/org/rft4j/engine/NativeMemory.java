package org.rft4j.engine;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;

/** Counts what native code holds for Java: a number that must not grow from step to step. */
public final class NativeMemory {
    private static final VarHandle RESOURCES = resourcesOfManagers();

    private NativeMemory() {}

    /**
     * Native arrays that no one has closed yet, under this manager and all managers below it.
     *
     * @param manager where to start counting
     * @return the number of live arrays
     */
    public static long liveArrays(NDManager manager) {
        long count = 0;
        for (Object resource : ((Map<?, ?>) RESOURCES.get((BaseNDManager) manager)).values()) {
            if (resource instanceof NDArray) {
                count++;
            } else if (resource instanceof BaseNDManager child) {
                count += liveArrays(child);
            }
        }
        return count;
    }

    private static VarHandle resourcesOfManagers() {
        try {
            return MethodHandles.privateLookupIn(BaseNDManager.class, MethodHandles.lookup())
                    .findVarHandle(BaseNDManager.class, "resources", java.util.concurrent.ConcurrentHashMap.class);
        } catch (ReflectiveOperationException e) {
            throw new EngineException("DJL's BaseNDManager has no field 'resources'; rft4j needs ai.djl:api 0.35.1", e);
        }
    }
}
