package org.rft4j.rollout.replay;

import org.rft4j.engine.Check;

/**
 * What a replay store holds. {@link #UNLIMITED} switches a limit off.
 *
 * @param maxAge a group goes when its oldest turn was written more than so many policy versions ago
 * @param maxGroups the most groups
 * @param maxTokens the most tokens of all groups, prompts included
 * @param maxBytes the most bytes of all groups, as they are saved
 * @param maxPerTask the most groups of one task
 * @param eviction which group goes when there is no room
 */
public record ReplayOptions(
        long maxAge, long maxGroups, long maxTokens, long maxBytes, long maxPerTask, ReplayEviction eviction) {
    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Checks the limits. */
    public ReplayOptions {
        Check.that(maxAge >= 0, "maxAge", maxAge, "must be at least 0", "use 0 for groups of the current policy only");
        requirePositive("maxGroups", maxGroups);
        requirePositive("maxTokens", maxTokens);
        requirePositive("maxBytes", maxBytes);
        requirePositive("maxPerTask", maxPerTask);
    }

    /**
     * A store of so many groups, the oldest of which go first.
     *
     * @param maxGroups the most groups
     * @param maxAge the most policy versions between a group and the policy
     * @return the options
     */
    public static ReplayOptions of(long maxGroups, long maxAge) {
        return new ReplayOptions(maxAge, maxGroups, UNLIMITED, UNLIMITED, UNLIMITED, ReplayEviction.OLDEST_FIRST);
    }

    /**
     * Replaces the limits of size.
     *
     * @param tokens the most tokens
     * @param bytes the most bytes
     * @return new options
     */
    public ReplayOptions withSize(long tokens, long bytes) {
        return new ReplayOptions(maxAge, maxGroups, tokens, bytes, maxPerTask, eviction);
    }

    /**
     * Replaces the limit per task.
     *
     * @param groups the most groups of one task
     * @return new options
     */
    public ReplayOptions withMaxPerTask(long groups) {
        return new ReplayOptions(maxAge, maxGroups, maxTokens, maxBytes, groups, eviction);
    }

    /**
     * Replaces which group goes when there is no room.
     *
     * @param other the order
     * @return new options
     */
    public ReplayOptions withEviction(ReplayEviction other) {
        return new ReplayOptions(maxAge, maxGroups, maxTokens, maxBytes, maxPerTask, other);
    }

    private static void requirePositive(String what, long value) {
        Check.that(value >= 1, what, value, "must be at least 1", "use UNLIMITED to switch the limit off");
    }
}
