package org.rft4j.engine.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.ConcurrentHashMap;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.TensorEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The optional library of hand-written operators ({@code engine-cuda/src/main/cuda}). It is used on CUDA devices where it
 * is loaded, through DJL's {@code PYTORCH_EXTRA_LIBRARY_PATH} or the system property {@value #LIBRARY}; everywhere else the
 * portable programs run. The property {@value #ON_CPU} uses it on the processor as well, which tests do.
 */
public final class NativeOperators {
    /** System property: path of the library to load. */
    public static final String LIBRARY = "rft4j.operators.library";

    /** System property: {@code true} to use the operators on the processor too. */
    public static final String ON_CPU = "rft4j.operators.onCpu";

    private static final Logger LOGGER = LoggerFactory.getLogger(NativeOperators.class);

    private static final ConcurrentHashMap<Device, Boolean> WORKING = new ConcurrentHashMap<>();

    private NativeOperators() {}

    /**
     * Whether programs with the operators should run on a device.
     *
     * @param device where
     * @return true if the library is loaded and meant for that device
     */
    public static boolean usableOn(Device device) {
        return (device.isGpu() || Boolean.getBoolean(ON_CPU))
                && Loaded.PRESENT
                && WORKING.computeIfAbsent(device, NativeOperators::works);
    }

    /** A library built for the processor only, or for another generation of GPUs, loads and then fails at the first call. */
    private static boolean works(Device device) {
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
            NDArray one = manager.ones(new Shape(1, 1));
            TensorProgram.named("head_native")
                    .call("score")
                    .with("hidden", one.expandDims(0))
                    .with("ids", manager.create(new long[] {0}, new Shape(1, 1)))
                    .with("mask", (NDArray) null)
                    .with("weight", one)
                    .with("bias", (NDArray) null)
                    .with("softcap", 0.0)
                    .with("temperature", 1.0)
                    .with("entropy", false)
                    .with("chunk_rows", 1L)
                    .run(manager)
                    .get(0)
                    .toFloatArray();
            return true;
        } catch (EngineException e) {
            LOGGER.warn(
                    "The native operators do not work on {} ({}); the portable programs run instead",
                    device,
                    e.getMessage());
            return false;
        }
    }

    /**
     * Whether the operators are loaded, for whichever device.
     *
     * @return true if programs that name them compile
     */
    public static boolean present() {
        return Loaded.PRESENT;
    }

    /** Loading twice is harmless, a second library with the same operators aborts the JVM: so look first, and only once. */
    private static final class Loaded {
        static final boolean PRESENT = probe() || (loadLibrary() && probe());

        private Loaded() {}

        private static boolean probe() {
            TensorEngine.requireLoaded();
            try {
                TensorProgram.named("head_native");
                return true;
            } catch (EngineException e) {
                if (String.valueOf(e.getMessage()).contains("Unknown builtin op: rft4j::")) {
                    return false;
                }
                throw e;
            }
        }

        private static boolean loadLibrary() {
            String path = System.getProperty(LIBRARY);
            if (path == null) {
                return false;
            }
            try {
                System.load(path);
                return true;
            } catch (UnsatisfiedLinkError e) {
                LOGGER.warn(
                        "{}={} cannot be loaded ({}); the portable programs run instead",
                        LIBRARY,
                        path,
                        e.getMessage());
                return false;
            }
        }
    }
}
