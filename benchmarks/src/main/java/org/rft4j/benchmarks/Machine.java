package org.rft4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;

/** Where a measurement was taken: a number without it says nothing. */
public final class Machine {
    private Machine() {}

    /**
     * Describes processor, memory, Java and libtorch.
     *
     * @return names and values, ready for JSON
     */
    public static Map<String, Object> describe() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("processor", line("/proc/cpuinfo", "model name"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("memory", line("/proc/meminfo", "MemTotal"));
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            machine.put("engine", engine.description());
        }
        machine.put("ompNumThreads", System.getenv().getOrDefault("OMP_NUM_THREADS", "not set"));
        return machine;
    }

    private static String line(String file, String key) {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return "unknown";
        }
        try {
            return Files.readAllLines(path).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
