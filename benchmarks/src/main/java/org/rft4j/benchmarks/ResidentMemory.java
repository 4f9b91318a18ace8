package org.rft4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process's resident memory as Linux counts it, with a peak that can be reset. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

    private ResidentMemory() {}

    /**
     * Peak growth while something runs.
     *
     * @param work what to run
     * @return bytes at the peak above those at the start, or -1 where the system does not tell
     */
    public static long peakExtraBytes(Runnable work) {
        if (!Files.isWritable(CLEAR_REFS)) {
            work.run();
            return -1;
        }
        try {
            Files.writeString(CLEAR_REFS, "5"); // resets VmHWM
            long before = statusBytes("VmRSS:");
            work.run();
            return statusBytes("VmHWM:") - before;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long statusBytes(String key) throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("No " + key + " in " + STATUS));
    }
}
