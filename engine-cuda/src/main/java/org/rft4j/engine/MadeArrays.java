package org.rft4j.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arrays that a scope has seen made, and what their numbers lie in. DJL gives libtorch the memory of a Java buffer for an array that is made of
 * Java numbers, and forgets the buffer when the array is closed, as it does at once with the number of {@code array.mul(0.5)}. Autograd remembers that
 * number for the way back, and reads whatever lies there by then if the garbage collector was faster (decision 22). So whatever is made while
 * gradients are recorded keeps its buffer as long as the scope is open.
 */
final class MadeArrays extends IdentityHashMap<NDArray, NDArray> {
    private static final long serialVersionUID = 1;

    private static final VarHandle ARRAYS_OF_SCOPE = field(NDScope.class, "resources", IdentityHashMap.class);

    private static final VarHandle BUFFER_OF_ARRAY = field(PtNDArray.class, "dataRef", ByteBuffer.class);

    private final transient List<ByteBuffer> buffers = new ArrayList<>();

    /** Has a new scope of DJL tell its arrays to this. */
    static void follow(NDScope scope) {
        ARRAYS_OF_SCOPE.set(scope, new MadeArrays());
    }

    @Override
    public @Nullable NDArray put(NDArray array, NDArray same) {
        if (array instanceof PtNDArray) {
            ByteBuffer buffer = (ByteBuffer) BUFFER_OF_ARRAY.get((PtNDArray) array);
            if (buffer != null && JniUtils.isGradMode()) {
                buffers.add(buffer);
            }
        }
        return super.put(array, same);
    }

    private static VarHandle field(Class<?> of, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(of, MethodHandles.lookup()).findVarHandle(of, name, type);
        } catch (ReflectiveOperationException e) {
            throw new EngineException(
                    of.getName() + " has no field '" + name + "'. Way out: use the version of DJL that rft4j-bom names",
                    e);
        }
    }
}
