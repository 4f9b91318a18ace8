package org.rft4j.core.training;

import java.util.Optional;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Reference;

/**
 * The models of a run.
 *
 * @param policy what is trained
 * @param actorCritic the same policy with a critic, if there is one
 * @param reference what it is compared with, if anything
 * @param scoring under which distribution tokens are scored: the sampler's, see {@link PolicyScoreOptions#underSampling}
 */
public record TrainedModels(
        Policy policy, Optional<ActorCritic> actorCritic, Optional<Reference> reference, PolicyScoreOptions scoring) {}
