package org.rft4j.core.training;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.rft4j.core.policy.ModelMemory;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.optimizer.Parameter;

/** What a run trains: a policy, or a model of rewards. */
public final class Trainee {
    private final Scoring scoring;

    private final List<Parameter> parameters;

    private final ModelMemory memory;

    private final LongSupplier version;

    private final LongConsumer restore;

    private final Optional<Policy> policy;

    private final Optional<RewardModel> rewardModel;

    private interface Scoring {
        ScoredPart score(TokenBatch batch, PolicyScoreOptions options, ScoredPart.Wanted wanted, NDManager scope);
    }

    private Trainee(
            Scoring scoring,
            List<Parameter> parameters,
            ModelMemory memory,
            LongSupplier version,
            LongConsumer restore,
            Optional<Policy> policy,
            Optional<RewardModel> rewardModel) {
        this.scoring = scoring;
        this.parameters = List.copyOf(parameters);
        this.memory = memory;
        this.version = version;
        this.restore = restore;
        this.policy = policy;
        this.rewardModel = rewardModel;
    }

    /**
     * A policy.
     *
     * @param policy what is trained; it stays the caller's
     * @return what a run trains
     */
    public static Trainee of(Policy policy) {
        return new Trainee(
                (batch, options, wanted, scope) -> ScoredPart.of(policy, batch, options, wanted, scope),
                policy.parameters(),
                policy.memory(),
                policy::version,
                policy::restoreVersion,
                Optional.of(policy),
                Optional.empty());
    }

    /**
     * A model of rewards.
     *
     * @param model what is trained; it stays the caller's
     * @return what a run trains
     */
    public static Trainee of(RewardModel model) {
        AtomicLong version = new AtomicLong();
        return new Trainee(
                (batch, options, wanted, scope) ->
                        ScoredPart.of(model.score(batch, options.layout(), options.memory(), scope), batch, scope),
                model.parameters(),
                model.memory(),
                version::get,
                version::set,
                Optional.empty(),
                Optional.of(model));
    }

    /**
     * What an optimiser trains.
     *
     * @return parameters under the names of the checkpoint
     */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * What it takes of the device's memory.
     *
     * @return bytes
     */
    public ModelMemory memory() {
        return memory;
    }

    /**
     * How often the weights have changed.
     *
     * @return a number that each optimiser step raises
     */
    public long version() {
        return version.getAsLong();
    }

    /** To be called by whoever has changed the weights. */
    public void raiseVersion() {
        if (policy.isPresent()) {
            policy.get().raiseVersion();
        } else {
            restore.accept(version.getAsLong() + 1);
        }
    }

    /**
     * Takes up the version of a resumed run.
     *
     * @param resumed the version of the loaded weights
     */
    public void restoreVersion(long resumed) {
        restore.accept(resumed);
    }

    /**
     * The policy, if that is what is trained.
     *
     * @return what {@link #of(Policy)} was given
     */
    public Optional<Policy> policy() {
        return policy;
    }

    /**
     * The model of rewards, if that is what is trained.
     *
     * @return what {@link #of(RewardModel)} was given
     */
    public Optional<RewardModel> rewardModel() {
        return rewardModel;
    }

    ScoredPart score(TokenBatch batch, PolicyScoreOptions options, ScoredPart.Wanted wanted, NDManager scope) {
        return scoring.score(batch, options, wanted, scope);
    }
}
