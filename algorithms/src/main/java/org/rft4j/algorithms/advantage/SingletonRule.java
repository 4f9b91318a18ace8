package org.rft4j.algorithms.advantage;

/** What a sample gets that is alone in its group (or the only one there with an applicable reward): it has no baseline. */
public enum SingletonRule {
    /** Advantage 0: nothing to compare with. TRL, and verl's {@code rloo_vectorized}. */
    ZERO {
        @Override
        double advantage(double reward) {
            return 0;
        }
    },

    /** Advantage R, plain REINFORCE. verl's {@code grpo}, {@code rloo}, {@code opo} and {@code gpg} (baseline 0, scale 1). */
    REWARD {
        @Override
        double advantage(double reward) {
            return reward;
        }
    };

    abstract double advantage(double reward);
}
