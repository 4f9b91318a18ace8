package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.optimizer.Parameter;

/** A policy and its critic, scored and run back together: on one body, which then runs once, or on two. */
public final class ActorCritic {
    private final Policy policy;
    private final Trunk valueTrunk;
    private final ScalarHead valueHead;
    private final List<Parameter> valueParameters;

    private ActorCritic(Policy policy, Trunk valueTrunk, ScalarHead valueHead, List<Parameter> valueParameters) {
        this.policy = policy;
        this.valueTrunk = valueTrunk;
        this.valueHead = valueHead;
        this.valueParameters = valueParameters;
    }

    /**
     * A critic on the policy's own body: one pass serves both, and the gradients of both heads run back together.
     *
     * @param policy the policy
     * @param valueHead the critic's map to a number; whoever made it closes it
     * @return both
     */
    public static ActorCritic sharing(Policy policy, ScalarHead valueHead) {
        ValueModel.requireGradients(valueHead);
        return new ActorCritic(policy, policy.trunk(), valueHead, ValueModel.parametersOf(valueHead));
    }

    /**
     * A critic on a body of its own.
     *
     * @param policy the policy
     * @param critic the critic
     * @return both
     */
    public static ActorCritic separate(Policy policy, ValueModel critic) {
        return new ActorCritic(policy, critic.trunk(), critic.head(), critic.parameters());
    }

    /**
     * Scores the batch's tokens.
     *
     * @param batch texts and which of their tokens are scored and have a value
     * @param options layout, memory, filters
     * @param scope owns the results and what is kept for the way back
     * @return log-probs and values on [N,T], and the way back
     */
    public ActorCriticScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        Placement placement = options.layout().place(batch);
        BodyPass pass = policy.trunk().forward(batch, placement, options.memory(), scope);
        BodyPass valuePass =
                valueTrunk == policy.trunk() ? pass : valueTrunk.forward(batch, placement, options.memory(), scope);
        return new ActorCriticScores(
                pass,
                valuePass,
                HeadScores.of(policy.decoder().head(), pass.hidden(), batch, placement, options, scope),
                HeadValues.of(valueHead, valuePass.hidden(), batch, placement, scope));
    }

    /**
     * What the critic trains of its own: its head, and its trunk unless that is the policy's.
     *
     * @return parameters whose names begin with {@code value.}
     */
    public List<Parameter> criticParameters() {
        return valueParameters;
    }

    /**
     * What an optimiser trains.
     *
     * @return the policy's parameters and the critic's, whose names begin with {@code value.}
     */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(policy.parameters());
        parameters.addAll(valueParameters);
        return parameters;
    }

    /**
     * The policy.
     *
     * @return what was passed in
     */
    public Policy policy() {
        return policy;
    }
}
