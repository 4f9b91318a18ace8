package org.rft4j.engine;

/**
 * How the engine starts.
 *
 * @param device where tensors live
 * @param threads threads inside one operator; 0 keeps the process's setting, at first libtorch's own choice.
 *     Oversubscribed cores make OpenMP spin, so set it to the number of cores that are really free
 */
public record EngineOptions(DeviceChoice device, int threads) {
    public EngineOptions {
        Check.that(
                threads >= 0 && threads <= 1024,
                "threads",
                threads,
                "must be between 0 and 1024",
                "use 0 to keep the setting of the process");
    }

    /**
     * The processor with the process's thread count.
     *
     * @return the options
     */
    public static EngineOptions onCpu() {
        return new EngineOptions(DeviceChoice.cpu(), 0);
    }

    /**
     * The same options with another thread count.
     *
     * @param count threads inside one operator
     * @return new options
     */
    public EngineOptions withThreads(int count) {
        return new EngineOptions(device, count);
    }

    /**
     * The same options on another device.
     *
     * @param where the device
     * @return new options
     */
    public EngineOptions on(DeviceChoice where) {
        return new EngineOptions(where, threads);
    }
}
