package org.rft4j.core.training;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;

/**
 * The optimisers of a run. The policy and its critic have one each, so that the critic can learn at a rate of its own, and alone.
 *
 * @param policy of what the policy trains
 * @param critic of what the critic has of its own, if there is one
 */
public record Optimizers(AdamW policy, Optional<AdamW> critic) implements AutoCloseable {
    /**
     * Makes optimisers with new state.
     *
     * @param models what is trained
     * @param options of the policy's
     * @param criticOptions of the critic's
     * @param owner owns their state
     * @return the optimisers
     */
    public static Optimizers of(
            TrainedModels models, AdamWOptions options, AdamWOptions criticOptions, NDManager owner) {
        return new Optimizers(
                new AdamW(models.trainee().parameters(), options, owner),
                models.actorCritic().map(both -> new AdamW(both.criticParameters(), criticOptions, owner)));
    }

    /** Sets all gradients to zero. */
    public void zeroGradients() {
        policy.zeroGradients();
        critic.ifPresent(AdamW::zeroGradients);
    }

    @Override
    public void close() {
        policy.close();
        critic.ifPresent(AdamW::close);
    }
}
