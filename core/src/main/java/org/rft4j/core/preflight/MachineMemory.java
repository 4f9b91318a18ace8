package org.rft4j.core.preflight;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the machine has. */
public final class MachineMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final long KIB = 1024;

    private MachineMemory() {}

    /**
     * What new work can have without swapping, as Linux estimates it.
     *
     * @return bytes; empty where the system does not tell
     */
    public static OptionalLong availableBytes() {
        return availableBytes(MEMINFO);
    }

    static OptionalLong availableBytes(Path meminfo) {
        try {
            return Files.readAllLines(meminfo).stream()
                    .filter(line -> line.matches("MemAvailable:\\s+\\d+ kB"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
