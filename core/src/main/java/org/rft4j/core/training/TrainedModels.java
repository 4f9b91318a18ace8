package org.rft4j.core.training;

import java.util.Optional;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Comparison;
import org.rft4j.core.policy.ModelReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Reference;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.Divergence;

/**
 * The models of a run.
 *
 * @param trainee what is trained
 * @param actorCritic the same policy with a critic, if there is one
 * @param reference what it is compared with, if anything
 * @param scoring under which distribution tokens are scored: the sampler's, see {@link PolicyScoreOptions#underSampling}
 */
public record TrainedModels(
        Trainee trainee, Optional<ActorCritic> actorCritic, Optional<Reference> reference, PolicyScoreOptions scoring) {
    /**
     * The models of a run that trains a policy.
     *
     * @param policy what is trained
     * @param actorCritic the same policy with a critic, if there is one
     * @param reference what it is compared with, if anything
     * @param scoring under which distribution tokens are scored
     */
    public TrainedModels(
            Policy policy,
            Optional<ActorCritic> actorCritic,
            Optional<Reference> reference,
            PolicyScoreOptions scoring) {
        this(Trainee.of(policy), actorCritic, reference, scoring);
    }

    /**
     * How far the policy is from the reference, which must be a model.
     *
     * @param divergence which divergence
     * @return the comparison
     */
    public Comparison comparison(Divergence divergence) {
        Check.that(
                reference.filter(ModelReference.class::isInstance).isPresent(),
                "reference of a divergence over the whole vocabulary",
                reference.map(Object::toString).orElse("absent"),
                "must be a model",
                "add reference(...), such as Reference.withoutAdapter(policy) or Reference.copyOf(policy)");
        return new Comparison((ModelReference) reference.orElseThrow(), divergence);
    }

    /**
     * The policy, which must be what is trained.
     *
     * @return the policy
     */
    public Policy policy() {
        Check.that(
                trainee.policy().isPresent(),
                "what the run trains",
                "a model of rewards",
                "must be a policy where samples or log-probs are needed",
                "give the policy to Trainer.builder(...)");
        return trainee.policy().orElseThrow();
    }
}
