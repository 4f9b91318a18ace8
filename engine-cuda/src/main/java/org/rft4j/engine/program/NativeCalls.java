package org.rft4j.engine.program;

import ai.djl.pytorch.jni.IValue;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.rft4j.engine.EngineException;

/**
 * The one native call that DJL's public API lacks: run a method of a module with typed arguments <em>and</em> autograd.
 * {@code IValueUtils.runMethod} forces inference mode, and {@code IValueUtils.forward} takes arrays only and finds their
 * roles in their mutable names, which two threads that share weights would overwrite for each other.
 */
final class NativeCalls {
    private static final MethodHandle RUN_METHOD;
    private static final MethodHandle NEW_IVALUE;

    static {
        try {
            Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
            Object instance = lookup.findStaticGetter(library, "LIB", library).invoke();
            MethodType signature = MethodType.methodType(
                    long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
            RUN_METHOD =
                    lookup.findVirtual(library, "moduleRunMethod", signature).bindTo(instance);
            NEW_IVALUE = MethodHandles.privateLookupIn(IValue.class, MethodHandles.lookup())
                    .findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
        } catch (Throwable e) {
            throw new EngineException(
                    "DJL's PyTorch engine has no PyTorchLibrary.moduleRunMethod(long, String, long[], boolean, boolean);"
                            + " rft4j needs ai.djl.pytorch:pytorch-engine 0.35.1, check the version on the class path",
                    e);
        }
    }

    private NativeCalls() {}

    static IValue runMethod(long moduleHandle, String method, IValue[] arguments) {
        long[] handles = new long[arguments.length];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = arguments[i].getHandle();
        }
        try {
            // isTrain = true only means "leave the thread's grad mode alone"; the caller sets the mode.
            long result = (long) RUN_METHOD.invokeExact(moduleHandle, method, handles, true, false);
            return (IValue) NEW_IVALUE.invokeExact(result);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call declares no checked exception", e);
        }
    }
}
