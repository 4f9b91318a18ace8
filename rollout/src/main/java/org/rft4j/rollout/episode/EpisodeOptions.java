package org.rft4j.rollout.episode;

import java.time.Duration;
import java.util.Optional;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.Check;

/**
 * How episodes run.
 *
 * @param sampling how each turn is written; its limits of length are those of a turn, its seed is that of environments too
 * @param maxTurns the most turns of the policy
 * @param maxTokens the most tokens of an episode, prompt and observations included
 * @param continueCutOffTurns whether a turn that its limit of tokens cut off goes to the environment like any other; otherwise it ends
 *     the episode
 * @param timeLimit how long an episode may take; a turn is cut off then, a call of the environment is waited for
 * @param environmentDeadline how long a call of an environment may take
 * @param environmentThreads how many calls of environments run at a time
 * @param mostHangingThreads how many threads may hang in environments before further calls are refused
 * @param concurrentEpisodes how many episodes are under way at a time
 * @param forcedPrefix how first turns begin
 */
public record EpisodeOptions(
        SamplingOptions sampling,
        int maxTurns,
        int maxTokens,
        boolean continueCutOffTurns,
        Optional<Duration> timeLimit,
        Duration environmentDeadline,
        int environmentThreads,
        int mostHangingThreads,
        int concurrentEpisodes,
        ForcedPrefix forcedPrefix) {
    /** Checks the numbers. */
    public EpisodeOptions {
        positive("maxTurns", maxTurns, "1 is a single turn");
        positive("maxTokens", maxTokens, "use what the model can see");
        positive("environmentThreads", environmentThreads, "use 16");
        positive("mostHangingThreads", mostHangingThreads, "use 64");
        positive("concurrentEpisodes", concurrentEpisodes, "use 256");
        positive("environmentDeadline", environmentDeadline);
        timeLimit.ifPresent(limit -> positive("timeLimit", limit));
    }

    private static void positive(String what, int value, String wayOut) {
        Check.that(value > 0, what, value, "must be positive", wayOut);
    }

    private static void positive(String what, Duration value) {
        Check.that(!value.isNegative() && !value.isZero(), what, value, "must be positive", "use 30 seconds");
    }

    /**
     * The usual: 16 threads for environments with 30 seconds per call, 256 episodes at a time, no limit of time.
     *
     * @param sampling how each turn is written
     * @param maxTurns the most turns of the policy
     * @param maxTokens the most tokens of an episode
     * @return the options
     */
    public static EpisodeOptions of(SamplingOptions sampling, int maxTurns, int maxTokens) {
        return new EpisodeOptions(
                sampling,
                maxTurns,
                maxTokens,
                false,
                Optional.empty(),
                Duration.ofSeconds(30),
                16,
                64,
                256,
                ForcedPrefix.NONE);
    }

    /**
     * Lets turns that were cut off go on.
     *
     * @return options whose environments see turns that were cut off
     */
    public EpisodeOptions continuingCutOffTurns() {
        return new EpisodeOptions(
                sampling,
                maxTurns,
                maxTokens,
                true,
                timeLimit,
                environmentDeadline,
                environmentThreads,
                mostHangingThreads,
                concurrentEpisodes,
                forcedPrefix);
    }

    /**
     * Limits the time of an episode.
     *
     * @param limit how long it may take
     * @return options with it
     */
    public EpisodeOptions withTimeLimit(Duration limit) {
        return new EpisodeOptions(
                sampling,
                maxTurns,
                maxTokens,
                continueCutOffTurns,
                Optional.of(limit),
                environmentDeadline,
                environmentThreads,
                mostHangingThreads,
                concurrentEpisodes,
                forcedPrefix);
    }

    /**
     * Replaces what calls of environments may use.
     *
     * @param deadline how long a call may take
     * @param threads how many calls run at a time
     * @param mostHanging how many threads may hang before further calls are refused
     * @return options with them
     */
    public EpisodeOptions withEnvironments(Duration deadline, int threads, int mostHanging) {
        return new EpisodeOptions(
                sampling,
                maxTurns,
                maxTokens,
                continueCutOffTurns,
                timeLimit,
                deadline,
                threads,
                mostHanging,
                concurrentEpisodes,
                forcedPrefix);
    }

    /**
     * Replaces how many episodes are under way at a time.
     *
     * @param episodes their number
     * @return options with it
     */
    public EpisodeOptions withConcurrentEpisodes(int episodes) {
        return new EpisodeOptions(
                sampling,
                maxTurns,
                maxTokens,
                continueCutOffTurns,
                timeLimit,
                environmentDeadline,
                environmentThreads,
                mostHangingThreads,
                episodes,
                forcedPrefix);
    }

    /**
     * Forces how first turns begin.
     *
     * @param prefix what they begin with
     * @return options with it
     */
    public EpisodeOptions withForcedPrefix(ForcedPrefix prefix) {
        return new EpisodeOptions(
                sampling,
                maxTurns,
                maxTokens,
                continueCutOffTurns,
                timeLimit,
                environmentDeadline,
                environmentThreads,
                mostHangingThreads,
                concurrentEpisodes,
                prefix);
    }
}
