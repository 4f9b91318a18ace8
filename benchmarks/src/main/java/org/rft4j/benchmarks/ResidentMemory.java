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
            resetPeak();
            long before = now();
            work.run();
            return peak() - before;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is resident now.
     *
     * @return bytes
     * @throws IOException where the system does not tell
     */
    public static long now() throws IOException {
        return statusBytes("VmRSS:");
    }

    /**
     * The most that was resident since the start or {@link #resetPeak}.
     *
     * @return bytes
     * @throws IOException where the system does not tell
     */
    public static long peak() throws IOException {
        return statusBytes("VmHWM:");
    }

    /**
     * Starts counting anew.
     *
     * @throws IOException where the system does not count
     */
    public static void resetPeak() throws IOException {
        Files.writeString(CLEAR_REFS, "5");
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
