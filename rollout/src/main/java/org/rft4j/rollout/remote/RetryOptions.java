package org.rft4j.rollout.remote;

import java.time.Duration;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * How often and when a request is sent again that a busy (429), broken (5xx) or lost server did not answer. A server that says
 * when to come back ({@code Retry-After} in seconds) is waited for at least that long.
 *
 * @param retries how many times at most, after the first; 0 = never
 * @param firstDelay the longest wait before the first of them; each further wait is up to twice as long as the one before
 * @param maxDelay the longest wait of all
 */
public record RetryOptions(int retries, Duration firstDelay, Duration maxDelay) {
    /** Five times, after half a second at first and half a minute at most. */
    public static final RetryOptions DEFAULT = new RetryOptions(5, Duration.ofMillis(500), Duration.ofSeconds(30));

    /** Never. */
    public static final RetryOptions NONE = new RetryOptions(0, Duration.ofMillis(1), Duration.ofMillis(1));

    private static final int MAX_DOUBLINGS = 30;

    /** Checks the numbers. */
    public RetryOptions {
        Check.that(retries >= 0, "retries", retries, "must be at least 0", "use RetryOptions.NONE to fail at once");
        Check.that(
                firstDelay.toMillis() > 0 && firstDelay.compareTo(maxDelay) <= 0,
                "firstDelay",
                firstDelay,
                "must be at least a millisecond and at most maxDelay " + maxDelay,
                "use half a second");
        Check.that(
                maxDelay.compareTo(Duration.ofDays(1)) <= 0,
                "maxDelay",
                maxDelay,
                "must be at most a day",
                "use half a minute");
    }

    /** Half of the wait is certain, and the other half is drawn, so that many requests do not come back at once. */
    long delayMillis(int retry, KeyedRandom random) {
        double doubled = Math.scalb((double) firstDelay.toMillis(), Math.min(retry, MAX_DOUBLINGS));
        double longest = Math.min((double) maxDelay.toMillis(), doubled);
        return Math.round(longest * (1 + random.uniform(retry)) / 2);
    }
}
