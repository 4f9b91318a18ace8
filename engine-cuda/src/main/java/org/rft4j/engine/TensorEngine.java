package org.rft4j.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The entry to native code: loads libtorch once for the JVM, checks the device, and hands out memory scopes. */
public final class TensorEngine implements AutoCloseable {
    private static final String ENGINE = "PyTorch";
    private static final String NATIVES = "native/lib/pytorch.properties";

    private final Device device;
    private final NDManager manager;

    private TensorEngine(Device device) {
        this.device = device;
        this.manager = NDManager.newBaseManager(device, ENGINE);
    }

    /**
     * Loads the native libraries if need be and opens the device.
     *
     * @param options device and threads; the thread count is a setting of the whole process
     * @return a running engine
     */
    public static TensorEngine start(EngineOptions options) {
        requireLoaded();
        if (options.threads() > 0) {
            JniUtils.setNumThreads(options.threads());
        }
        return new TensorEngine(open(options.device()));
    }

    /** Loads libtorch if it is not loaded yet, from the class path or {@code PYTORCH_LIBRARY_PATH}, never from the net. */
    public static void requireLoaded() {
        Loaded.check();
    }

    /**
     * Where this engine's tensors live.
     *
     * @return the device
     */
    public Device device() {
        return device;
    }

    /**
     * The manager of what lives as long as the engine: weights, optimiser state.
     *
     * @return the engine's own manager
     */
    public NDManager manager() {
        return manager;
    }

    /**
     * Opens a scope that frees what is made in it.
     *
     * @return a new scope below the thread's innermost open one, or below the engine's manager
     */
    public NativeScope openScope() {
        return NativeScope.openBelow(manager);
    }

    /**
     * Threads inside one operator.
     *
     * @return libtorch's current setting
     */
    public int threads() {
        return JniUtils.getNumThreads();
    }

    /**
     * Names the native library, for logs and provenance.
     *
     * @return version and device, for example {@code libtorch 2.7.1 on cpu}
     */
    public String description() {
        return "libtorch " + LibUtils.getVersion() + " on " + (device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu");
    }

    /** Frees everything the engine still holds. */
    @Override
    public void close() {
        manager.close();
    }

    private static Device open(DeviceChoice choice) {
        if (choice instanceof DeviceChoice.Cuda cuda) {
            Device device = Device.gpu(cuda.index());
            RuntimeException failure = tryDevice(device);
            if (failure != null) {
                throw noCuda(cuda, failure);
            }
            return device;
        }
        if (choice instanceof DeviceChoice.Automatic && tryDevice(Device.gpu(0)) == null) {
            return Device.gpu(0);
        }
        return Device.cpu();
    }

    /** Asking libtorch is the only answer that counts: a driver without a CUDA build of libtorch is of no use. */
    private static @org.jspecify.annotations.Nullable RuntimeException tryDevice(Device device) {
        try (NDManager manager = NDManager.newBaseManager(device, ENGINE);
                NDArray probe = manager.zeros(new Shape(1))) {
            probe.toFloatArray();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static EngineException noCuda(DeviceChoice.Cuda wanted, RuntimeException cause) {
        return new EngineException(
                "Device " + wanted + " cannot be used. Found: libtorch " + LibUtils.getVersion() + " in "
                        + LibUtils.getLibtorchPath() + ", " + CudaUtils.getGpuCount()
                        + " GPU(s) seen by the CUDA runtime. Way out: point PYTORCH_LIBRARY_PATH at the lib folder of a"
                        + " PyTorch 2.7.1 with CUDA 12.8 and set PYTORCH_FLAVOR=cu128 and PYTORCH_VERSION=2.7.1 (DJL's own CUDA"
                        + " flavour, pytorch-native-cu128, is not on Maven Central for this version; where you have it,"
                        + " put it on the class path in place of pytorch-native-cpu); or use device cpu, or auto to let"
                        + " the engine choose",
                cause);
    }

    /** Class initialisation gives "once, and every caller sees the same failure" for free. */
    private static final class Loaded {
        static {
            // DJL would report to its makers and, with a native artifact missing, download it; we do neither.
            setUnlessPresent("OPT_OUT_TRACKING", "true");
            setUnlessPresent("ai.djl.offline", "true");
        }

        private Loaded() {}

        static void check() {
            try {
                Engine.getEngine(ENGINE);
            } catch (RuntimeException | Error e) {
                throw new EngineException(
                        "libtorch could not be loaded (" + e.getMessage() + "). Found on the class path: "
                                + nativesOnClassPath()
                                + ". Way out: add ai.djl.pytorch:pytorch-native-cpu:2.7.1 with your"
                                + " platform's classifier (linux-x86_64, linux-aarch64, osx-aarch64 or win-x86_64), or set"
                                + " PYTORCH_LIBRARY_PATH to the lib folder of a PyTorch 2.7.1",
                        e);
            }
        }

        private static void setUnlessPresent(String property, String value) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        }

        private static String nativesOnClassPath() {
            ClassLoader loader = TensorEngine.class.getClassLoader();
            try (InputStream in = loader == null ? null : loader.getResourceAsStream(NATIVES)) {
                if (in == null) {
                    return "no libtorch natives";
                }
                Properties properties = new Properties();
                properties.load(in);
                return "natives " + properties.getProperty("version") + " for " + properties.getProperty("classifier");
            } catch (IOException e) {
                return "natives that cannot be read (" + e.getMessage() + ")";
            }
        }
    }
}
