package org.rft4j.core.training;

import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * A sequence that an algorithm may train on.
 *
 * @param sequence its tokens
 * @param group which group of the round it belongs to: sequences of one prompt that are compared with each other
 * @param score what it earned
 */
public record TrainingRow(TrainingSequence sequence, int group, Score score) {
    /** Checks the number. */
    public TrainingRow {
        Check.that(group >= 0, "group of a row", group, "must be at least 0", "number the groups of a round from 0");
    }

    /**
     * Whether there is something to learn from it.
     *
     * @return false where the episode failed or its score is not applicable
     */
    public boolean usable() {
        return score.applicable() && !sequence.source().endReason().failed();
    }

    /**
     * How many tokens are trained.
     *
     * @return the number of 1s of the mask
     */
    public int trainedTokens() {
        int count = 0;
        for (boolean one : sequence.trained()) {
            count += one ? 1 : 0;
        }
        return count;
    }
}
