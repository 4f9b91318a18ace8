package org.rft4j.rewards.length;

import org.rft4j.core.reward.RewardSample;

/** What a length is counted in. */
public enum LengthUnit {
    /** Tokens of the policy, which a sample made from a trajectory knows. */
    TOKENS {
        @Override
        public int of(RewardSample sample) {
            return sample.tokenCount();
        }
    },
    /** What stands between blanks. */
    WORDS {
        @Override
        public int of(RewardSample sample) {
            String text = sample.completion().strip();
            return text.isEmpty() ? 0 : text.split("\\s+").length;
        }
    },
    /** Code points. */
    CHARACTERS {
        @Override
        public int of(RewardSample sample) {
            return sample.completion().codePointCount(0, sample.completion().length());
        }
    };

    /**
     * Measures a completion.
     *
     * @param sample what the model wrote
     * @return its length in this unit
     */
    public abstract int of(RewardSample sample);

    /** A text of a length, where each word is a token: what a self-check takes for one. */
    String example(int length) {
        return this == CHARACTERS ? "w".repeat(length) : "w ".repeat(length);
    }
}
