package org.rft4j.core.trajectory;

import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.Check;

/**
 * One turn of the policy, and what the environment made of it.
 *
 * @param firstToken where in the trace the turn's first token stands
 * @param tokens how many tokens the policy wrote
 * @param text what it wrote
 * @param stopReason why it stopped
 * @param reward what the environment gave for the turn, 0 if nothing
 * @param policyVersion the version of the weights that wrote it
 */
public record Turn(int firstToken, int tokens, String text, StopReason stopReason, double reward, long policyVersion) {
    /** Checks the numbers. */
    public Turn {
        Check.that(firstToken >= 1, "firstToken", firstToken, "must be at least 1", "a prompt comes before it");
        Check.that(tokens >= 0, "tokens", tokens, "must be at least 0", "count what the policy wrote");
        Check.that(
                Double.isFinite(reward), "reward of a turn", reward, "must be finite", "check the environment's step");
    }
}
