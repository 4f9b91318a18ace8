package org.rft4j.cli.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Unwrapped;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.selection.DynamicSamplingOptions;

/**
 * How the policy writes. Episodes have a single turn.
 *
 * @param maxNewTokens the most tokens that are written
 * @param minNewTokens so many tokens are written before one may end the text
 * @param filter temperature, filters and penalties
 * @param stopStrings texts that end the text
 * @param keepStopString whether the text keeps the one that ended it
 * @param maxTokens the most tokens of prompt and text; otherwise the model's context
 * @param format what the model sees of a prompt
 * @param timeLimit how long one text may take
 * @param sampler how many are written side by side, and how
 * @param dynamicSampling samples on until there are enough groups whose rewards differ, as DAPO does
 */
public record RolloutConfig(
        int maxNewTokens,
        @Otherwise("0") int minNewTokens,
        @Unwrapped SamplingFilter filter,
        @Otherwise("[]") List<String> stopStrings,
        @Otherwise("false") boolean keepStopString,
        Optional<Integer> maxTokens,
        @Otherwise("text") TextFormat format,
        Optional<Duration> timeLimit,
        SamplerOptions sampler,
        Optional<Dynamic> dynamicSampling) {
    /** Copies the list and checks the numbers. */
    public RolloutConfig {
        stopStrings = List.copyOf(stopStrings);
        sampling(maxNewTokens, minNewTokens, filter, stopStrings, 0);
        maxTokens.ifPresent(most ->
                Check.that(most >= 1, "maxTokens", most, "must be at least 1", "leave it out for the model's context"));
        timeLimit.ifPresent(limit -> Check.that(
                !limit.isNegative() && !limit.isZero(),
                "timeLimit",
                limit.toMillis() / 1000.0,
                "must be more than 0 seconds",
                "leave it out to wait as long as it takes"));
    }

    /**
     * How tokens are drawn.
     *
     * @param seed of the draws
     * @return options of the sampler
     */
    public SamplingOptions sampling(long seed) {
        SamplingOptions options = sampling(maxNewTokens, minNewTokens, filter, stopStrings, seed);
        options = keepStopString ? options.keepingStopString() : options;
        return timeLimit.isPresent() ? options.withTimeLimit(timeLimit.get()) : options;
    }

    private static SamplingOptions sampling(
            int most, int least, SamplingFilter filter, List<String> stopStrings, long seed) {
        return SamplingOptions.of(most, seed)
                .withLengths(least, most)
                .withFilter(filter)
                .withStopStrings(stopStrings.toArray(String[]::new));
    }

    /**
     * Dynamic sampling.
     *
     * @param mostRounds after how many generation rounds a batch is settled
     * @param leastTasks at least so many tasks are sampled in each
     */
    public record Dynamic(
            @Otherwise("10") int mostRounds, @Otherwise("1") int leastTasks) {
        /** Checks the numbers. */
        public Dynamic {
            DynamicSamplingOptions.of(1, 1).withRounds(mostRounds, leastTasks);
        }
    }
}
