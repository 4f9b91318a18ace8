package org.rft4j.rollout.tools;

import java.time.Duration;
import org.rft4j.engine.Check;

/**
 * What tools may use.
 *
 * @param deadline how long a call may take
 * @param threads how many calls run at a time
 * @param mostHangingThreads how many threads may hang in tools before further calls are refused
 * @param maxResultLength the most characters of a result that the policy is told
 * @param maxCallsPerTurn how many calls of a turn are made; the policy is told that further ones are not
 */
public record ToolOptions(
        Duration deadline, int threads, int mostHangingThreads, int maxResultLength, int maxCallsPerTurn) {
    /** 5 seconds per call, 8 threads, results of 2,000 characters, 8 calls per turn. */
    public static final ToolOptions DEFAULT = new ToolOptions(Duration.ofSeconds(5), 8, 64, 2000, 8);

    /** Checks the numbers. */
    public ToolOptions {
        Check.that(
                !deadline.isNegative() && !deadline.isZero(),
                "deadline of tools",
                deadline,
                "must be positive",
                "use 5 seconds");
        positive("threads", threads);
        positive("mostHangingThreads", mostHangingThreads);
        positive("maxResultLength", maxResultLength);
        positive("maxCallsPerTurn", maxCallsPerTurn);
    }

    private static void positive(String what, int value) {
        Check.that(value > 0, what + " of tools", value, "must be positive", "begin with ToolOptions.DEFAULT");
    }
}
