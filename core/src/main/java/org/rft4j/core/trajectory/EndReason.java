package org.rft4j.core.trajectory;

/** Why an episode ended. */
public enum EndReason {
    /** The environment said so. */
    DONE,
    /** The policy's last turn was cut off, so that there was nothing to go on with. */
    TURN_CUT_OFF,
    /** As many turns as allowed. */
    TURN_LIMIT,
    /** As many tokens as allowed, or as the model can see. */
    TOKEN_LIMIT,
    /** Time was up. */
    TIME_LIMIT,
    /** Whoever asked did not want it any more. */
    CANCELLED,
    /** The environment threw. */
    ENVIRONMENT_FAILED,
    /** The environment did not come back in time. */
    ENVIRONMENT_HUNG,
    /** The sampler could not write a turn. */
    SAMPLER_FAILED;

    /**
     * Whether the episode says nothing about the policy, because something else broke.
     *
     * @return true if it should not be trained on
     */
    public boolean failed() {
        return this == CANCELLED || this == ENVIRONMENT_FAILED || this == ENVIRONMENT_HUNG || this == SAMPLER_FAILED;
    }
}
