package org.rft4j.rewards.combine;

import org.rft4j.engine.Check;

/** The step of training that scheduled weights go by. Whoever runs the training sets it before each step. */
public final class RewardClock {
    private volatile long step;

    /**
     * Sets the step.
     *
     * @param now from 0
     */
    public void setStep(long now) {
        Check.that(now >= 0, "step", now, "must be at least 0", "count steps from 0");
        step = now;
    }

    /**
     * The step.
     *
     * @return 0 until it is set
     */
    public long step() {
        return step;
    }
}
