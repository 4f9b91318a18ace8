package org.rft4j.core.sampling;

/** Why a model stopped writing. */
public enum StopReason {
    /** It wrote a token that ends texts. */
    END_TOKEN,
    /** It wrote a stop string. */
    STOP_STRING,
    /** It wrote as many tokens as it was allowed. */
    LENGTH,
    /** Prompt and answer fill what the model can see. */
    CONTEXT_FULL,
    /** Whoever asked did not want it any more. */
    CANCELLED,
    /** Time was up. */
    DEADLINE,
    /** Something broke; the sample says what. */
    ERROR;

    /**
     * Whether the text ended by itself.
     *
     * @return true if the model ended it
     */
    public boolean ended() {
        return this == END_TOKEN || this == STOP_STRING;
    }

    /**
     * Whether the text lacks its end because there was no more room.
     *
     * @return true if it was cut off
     */
    public boolean truncated() {
        return this == LENGTH || this == CONTEXT_FULL;
    }
}
