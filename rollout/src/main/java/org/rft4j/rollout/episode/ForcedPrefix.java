package org.rft4j.rollout.episode;

import java.util.Arrays;
import java.util.function.Function;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * How the policy's first turn begins without the policy: a hint, or a part of a reference answer, behind the prompt and what the
 * template puts before the turn. The policy goes on from there. These tokens are not trained.
 */
@FunctionalInterface
public interface ForcedPrefix {
    /** The policy writes everything itself. */
    ForcedPrefix NONE = (request, tokenizer) -> new long[0];

    /**
     * The tokens that are forced.
     *
     * @param request which episode
     * @param tokenizer of the policy
     * @return the tokens, none to force nothing
     */
    long[] tokens(RolloutRequest request, Tokenizer tokenizer);

    /**
     * A text that depends on the task.
     *
     * @param text gives it, empty to force nothing
     * @return the prefix
     */
    static ForcedPrefix text(Function<TaskRecord, String> text) {
        return (request, tokenizer) -> EpisodeFormat.text(tokenizer).continuation(text.apply(request.task()));
    }

    /**
     * The text of a column, for tasks that have it.
     *
     * @param column its name
     * @return the prefix
     */
    static ForcedPrefix column(String column) {
        return text(task -> task.has(column) ? task.text(column) : "");
    }

    /**
     * Resets to a reference answer (DR-PO): with some probability the first L tokens of the reference are forced, where L is drawn
     * evenly from 1 to one less than the reference has. References of fewer than 2 tokens, and tasks without one, force nothing.
     *
     * @param column holds the reference
     * @param probability that an episode is reset
     * @param seed of the run; the draws depend on it and the episode's key alone
     * @return the prefix
     */
    static ForcedPrefix reset(String column, double probability, long seed) {
        Check.that(
                probability >= 0 && probability <= 1,
                "probability of a reset",
                probability,
                "must be between 0 and 1",
                "1 resets every episode");
        ForcedPrefix reference = column(column);
        return (request, tokenizer) -> {
            KeyedRandom random = request.key().random(seed).derive("reset");
            long[] tokens = reference.tokens(request, tokenizer);
            if (tokens.length < 2 || random.uniform(0) >= probability) {
                return new long[0];
            }
            return Arrays.copyOf(tokens, 1 + (int) (random.uniform(1) * (tokens.length - 1)));
        };
    }
}
