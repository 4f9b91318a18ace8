package org.rft4j.core.sampling;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;

/**
 * How a text is written.
 *
 * @param filter temperature, filters and penalties
 * @param logitBias added to the logits of these tokens before anything else
 * @param minNewTokens so many tokens are written before one may end the text
 * @param maxNewTokens the most tokens that are written
 * @param endIds tokens that end the text; empty = those of the model
 * @param stopStrings texts that end the text, wherever they lie in tokens
 * @param keepStopString whether the text keeps the stop string that ended it
 * @param seed of the run; with the sample's key it decides every draw
 * @param timeLimit how long the sample may take from its submission on
 */
public record SamplingOptions(
        SamplingFilter filter,
        Map<Long, Double> logitBias,
        int minNewTokens,
        int maxNewTokens,
        List<Long> endIds,
        List<String> stopStrings,
        boolean keepStopString,
        long seed,
        Optional<Duration> timeLimit) {
    /** Copies lists and map, and checks the numbers. */
    public SamplingOptions {
        logitBias = Collections.unmodifiableMap(new TreeMap<>(logitBias));
        endIds = List.copyOf(endIds);
        stopStrings = List.copyOf(stopStrings);
        Check.that(maxNewTokens > 0, "maxNewTokens", maxNewTokens, "must be positive", "use 256");
        Check.that(
                minNewTokens >= 0 && minNewTokens <= maxNewTokens,
                "minNewTokens",
                minNewTokens,
                "must be between 0 and maxNewTokens " + maxNewTokens,
                "use 0 to let the model end when it likes");
        logitBias.forEach((id, bias) -> {
            Check.that(id >= 0, "token of a logit bias", id, "must be at least 0", "pass a token id");
            Check.that(
                    Double.isFinite(bias) && Math.abs(bias) <= 1000,
                    "logit bias of token " + id,
                    bias,
                    "must be finite and between -1000 and 1000",
                    "-100 all but forbids a token, 100 all but forces it");
        });
        endIds.forEach(id -> Check.that(id >= 0, "end token", id, "must be at least 0", "pass a token id"));
        Check.that(
                stopStrings.stream().noneMatch(String::isEmpty),
                "stop string",
                "''",
                "must not be empty",
                "leave it out");
        timeLimit.ifPresent(limit -> Check.that(
                !limit.isNegative() && !limit.isZero(),
                "timeLimit",
                limit,
                "must be positive",
                "leave it out to wait as long as it takes"));
    }

    /**
     * The model's own distribution.
     *
     * @param maxNewTokens the most tokens that are written
     * @param seed of the run
     * @return the options
     */
    public static SamplingOptions of(int maxNewTokens, long seed) {
        return new SamplingOptions(
                SamplingFilter.NONE, Map.of(), 0, maxNewTokens, List.of(), List.of(), false, seed, Optional.empty());
    }

    /**
     * Always the most likely token.
     *
     * @param maxNewTokens the most tokens that are written
     * @return the options
     */
    public static SamplingOptions greedy(int maxNewTokens) {
        return of(maxNewTokens, 0).withFilter(SamplingFilter.temperature(0));
    }

    /**
     * Replaces temperature, filters and penalties.
     *
     * @param other the filter
     * @return new options
     */
    public SamplingOptions withFilter(SamplingFilter other) {
        return new SamplingOptions(
                other, logitBias, minNewTokens, maxNewTokens, endIds, stopStrings, keepStopString, seed, timeLimit);
    }

    /**
     * Replaces the logit biases.
     *
     * @param biases by token
     * @return new options
     */
    public SamplingOptions withLogitBias(Map<Long, Double> biases) {
        return new SamplingOptions(
                filter, biases, minNewTokens, maxNewTokens, endIds, stopStrings, keepStopString, seed, timeLimit);
    }

    /**
     * Replaces the limits of length.
     *
     * @param min so many tokens are written before one may end the text
     * @param max the most tokens that are written
     * @return new options
     */
    public SamplingOptions withLengths(int min, int max) {
        return new SamplingOptions(filter, logitBias, min, max, endIds, stopStrings, keepStopString, seed, timeLimit);
    }

    /**
     * Replaces the tokens that end the text.
     *
     * @param ids the tokens; empty = those of the model
     * @return new options
     */
    public SamplingOptions withEndIds(List<Long> ids) {
        return new SamplingOptions(
                filter, logitBias, minNewTokens, maxNewTokens, ids, stopStrings, keepStopString, seed, timeLimit);
    }

    /**
     * Replaces the stop strings.
     *
     * @param strings texts that end the text
     * @return new options
     */
    public SamplingOptions withStopStrings(String... strings) {
        return new SamplingOptions(
                filter,
                logitBias,
                minNewTokens,
                maxNewTokens,
                endIds,
                List.of(strings),
                keepStopString,
                seed,
                timeLimit);
    }

    /**
     * Keeps stop strings in the text.
     *
     * @return new options
     */
    public SamplingOptions keepingStopString() {
        return new SamplingOptions(
                filter, logitBias, minNewTokens, maxNewTokens, endIds, stopStrings, true, seed, timeLimit);
    }

    /**
     * Replaces the seed.
     *
     * @param other of the run
     * @return new options
     */
    public SamplingOptions withSeed(long other) {
        return new SamplingOptions(
                filter, logitBias, minNewTokens, maxNewTokens, endIds, stopStrings, keepStopString, other, timeLimit);
    }

    /**
     * Sets a deadline.
     *
     * @param limit how long the sample may take
     * @return new options
     */
    public SamplingOptions withTimeLimit(Duration limit) {
        return new SamplingOptions(
                filter,
                logitBias,
                minNewTokens,
                maxNewTokens,
                endIds,
                stopStrings,
                keepStopString,
                seed,
                Optional.of(limit));
    }
}
