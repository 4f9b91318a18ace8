package org.rft4j.rewards.sandbox;

import java.time.Duration;
import org.rft4j.engine.Check;

/**
 * What a program in the sandbox may use.
 *
 * @param time from its start on, whether it computes or sleeps
 * @param memoryMiB of all its processes together, as they really take it; looked at every few milliseconds
 * @param processes and threads, all together
 * @param diskMiB of its folder, which lies in memory
 * @param outputBytes of its output and of its errors, each; it is ended when it writes more
 */
public record SandboxLimits(Duration time, int memoryMiB, int processes, int diskMiB, int outputBytes) {
    /** 10 seconds, 512 MiB, 64 processes, 32 MiB of files, 256 KiB of output. */
    public static final SandboxLimits DEFAULT = new SandboxLimits(Duration.ofSeconds(10), 512, 64, 32, 256 << 10);

    /** Checks the limits. */
    public SandboxLimits {
        Check.that(!time.isNegative() && !time.isZero(), "time", time, "must be positive", "use 10 seconds");
        Check.that(memoryMiB >= 32, "memoryMiB", memoryMiB, "must be at least 32", "use 512");
        Check.that(
                processes >= 4,
                "processes",
                processes,
                "must be at least 4",
                "use 64, Java and Node start many threads");
        Check.that(diskMiB >= 1, "diskMiB", diskMiB, "must be at least 1", "use 32");
        Check.that(outputBytes >= 1024, "outputBytes", outputBytes, "must be at least 1024", "use 262144");
    }

    /**
     * The same with another time.
     *
     * @param other from the program's start on
     * @return new limits
     */
    public SandboxLimits withTime(Duration other) {
        return new SandboxLimits(other, memoryMiB, processes, diskMiB, outputBytes);
    }
}
