package org.rft4j.core.trainer;

import org.rft4j.core.policy.FrozenReference;
import org.rft4j.engine.Check;

/**
 * Samples ahead of training, by a copy of the policy that takes up its weights between rounds. What is trained was then written by weights
 * that are a bounded number of rounds old: a ratio against what the sampler said, or a correction for it, makes up for that.
 *
 * @param copy what the rollout samples from, made with {@link org.rft4j.core.policy.Reference#copyOf}
 * @param staleness how many rounds are sampled ahead
 */
public record Overlap(FrozenReference copy, int staleness) {
    /** Checks the number. */
    public Overlap {
        Check.that(staleness >= 1, "staleness", staleness, "must be at least 1", "leave overlap out to sample in turn");
    }
}
