package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;

/**
 * A model that a policy is compared with. It has no gradients. Weights that the policy does not train are shared with it: a
 * reference costs what is trained, or nothing. A {@link PrecomputedReference} is no model at all.
 */
public sealed interface Reference extends AutoCloseable permits ModelReference, PrecomputedReference {
    /**
     * Scores the batch's tokens. Frees everything but the result at once.
     *
     * @param batch texts and which of their tokens are scored
     * @param options layout and filters; nothing is kept for a way back, whatever they say
     * @param scope owns the result
     * @return log-probs on [N,T]
     */
    ReferenceScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope);

    /**
     * Hears that the policy has taken an optimiser step. A reference that follows the policy may move; nobody may score meanwhile.
     *
     * @param step how many the run has taken
     */
    default void stepped(long step) {}

    /**
     * Writes what a resumed run needs to have the same reference: not the policy that was resumed, but what it was compared with.
     *
     * @param out where to write; stays open
     * @throws IOException if writing fails
     */
    void saveState(OutputStream out) throws IOException;

    /**
     * Reads what {@link #saveState} wrote into a reference that was made in the same way. Nobody may score meanwhile. After a failure
     * the state is part old and part new: restore another checkpoint.
     *
     * @param in where to read; stays open
     * @throws IOException if reading fails, or the state is damaged or that of another reference
     */
    void restoreState(InputStream in) throws IOException;

    /** Frees the reference's own copies. */
    @Override
    void close();

    /**
     * The policy as it is now. {@link FrozenReference#sync} makes it the policy of a later moment.
     *
     * @param policy whose weights are copied, as far as they are trained
     * @return the reference
     */
    static FrozenReference copyOf(Policy policy) {
        return copyOf(policy, FrozenReference.NEVER);
    }

    /**
     * The policy as it is now, and as it is again and again: after every so many optimiser steps of a Trainer the reference becomes the
     * policy. Log-probs that a round was given before it began stay until its end.
     *
     * @param policy whose weights are copied, as far as they are trained
     * @param everySteps after how many optimiser steps, 0 = never; as many as a round has make it the policy of the round's start
     * @return the reference
     */
    static FrozenReference copyOf(Policy policy, long everySteps) {
        FrozenReference.requireSteps(everySteps);
        return new FrozenReference(TrainedCopy.of(policy), policy::version, everySteps);
    }

    /**
     * Another model.
     *
     * @param model weights that no one changes
     * @return the reference
     */
    static FrozenReference of(ModelWeights model) {
        return new FrozenReference(TrainedCopy.none(model), () -> 0, FrozenReference.NEVER);
    }

    /**
     * The policy without its adapter, at no memory cost.
     *
     * @param policy a policy that trains an adapter
     * @return the reference, which lives as long as the policy
     */
    static AdapterOffReference withoutAdapter(Policy policy) {
        Check.that(
                policy.adapter().isPresent(),
                "policy",
                "without an adapter",
                "must train one to be compared with the model under it",
                "use Reference.copyOf(policy)");
        return new AdapterOffReference(policy);
    }

    /**
     * An exponential moving average of the policy, which begins as the policy is now and moves with {@link AverageReference#update} alone.
     *
     * @param policy whose weights are averaged, as far as they are trained; of a LoRA pair each matrix by itself
     * @return the reference
     */
    static AverageReference averageOf(Policy policy) {
        return new AverageReference(TrainedCopy.of(policy), FrozenReference.NEVER, 1);
    }

    /**
     * An exponential moving average of the policy that moves by itself: after every so many optimiser steps of a Trainer. TRL's {@code
     * sync_ref_model} with {@code ref_model_sync_steps} 512 and {@code ref_model_mixup_alpha} 0.6 is {@code averageOf(policy, 512, 0.4)}.
     *
     * @param policy whose weights are averaged, as far as they are trained; of a LoRA pair each matrix by itself
     * @param everySteps after how many optimiser steps
     * @param decay the share of the average that stays: 1 less TRL's alpha
     * @return the reference
     */
    static AverageReference averageOf(Policy policy, long everySteps, double decay) {
        Check.that(everySteps >= 1, "everySteps", everySteps, "must be at least 1", "512 is TRL's");
        AverageReference.requireDecay(decay);
        return new AverageReference(TrainedCopy.of(policy), everySteps, decay);
    }
}
