package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.selection.PlainGathering;
import org.rft4j.core.selection.StreamSelector;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.engine.TensorEngine;

/** Says what a {@link Trainer} trains, on what, how, and who watches. Everything is checked together when it is built. */
public final class TrainerBuilder {
    private final TensorEngine engine;

    private final LanguageModel model;

    private final Policy policy;

    private @Nullable Algorithm algorithm;

    private @Nullable TaskSelector tasks;

    private @Nullable Dataset<TaskRecord> data;

    private @Nullable Rollout rollout;

    private @Nullable RewardScorer scorer;

    private boolean environmentReward;

    private @Nullable BiFunction<TaskSelector, GroupSource, GroupGathering> gathering;

    private @Nullable ActorCritic actorCritic;

    private @Nullable Reference reference;

    private @Nullable RunOptions run;

    private @Nullable Overlap overlap;

    private @Nullable Path folder;

    private UpdatePlan update = UpdatePlan.DEFAULT;

    private Rates rates = Rates.constant(1e-6);

    private @Nullable Rates criticRates;

    private CheckpointPlan checkpoints = CheckpointPlan.DEFAULT;

    private final List<RunListener> listeners = new ArrayList<>();

    TrainerBuilder(TensorEngine engine, LanguageModel model, Policy policy) {
        this.engine = engine;
        this.model = model;
        this.policy = policy;
    }

    /**
     * What is minimised.
     *
     * @param of an algorithm on the policy's own writing
     * @return this
     */
    public TrainerBuilder algorithm(Algorithm of) {
        algorithm = of;
        return this;
    }

    /**
     * What the policy is asked, in another order in each epoch.
     *
     * @param of a data set
     * @return this
     */
    public TrainerBuilder tasks(Dataset<TaskRecord> of) {
        data = of;
        return this;
    }

    /**
     * What the policy is asked, as a selector chooses.
     *
     * @param selector chooses tasks
     * @return this
     */
    public TrainerBuilder tasks(TaskSelector selector) {
        tasks = selector;
        return this;
    }

    /**
     * How episodes are run. Its sampling options are those that log-probs are computed under.
     *
     * @param of runs episodes; it stays the caller's
     * @return this
     */
    public TrainerBuilder rollout(Rollout of) {
        rollout = of;
        return this;
    }

    /**
     * What completions earn.
     *
     * @param of scores a completion
     * @return this
     */
    public TrainerBuilder reward(Reward of) {
        return reward(RewardScorer.of(of));
    }

    /**
     * What completions earn, from a panel of rewards.
     *
     * @param of scores batches
     * @return this
     */
    public TrainerBuilder reward(RewardScorer of) {
        scorer = of;
        return this;
    }

    /**
     * Episodes are worth what their environment gives.
     *
     * @return this
     */
    public TrainerBuilder rewardOfEnvironment() {
        environmentReward = true;
        return this;
    }

    /**
     * How the groups of a round are found, such as by dynamic sampling. Otherwise each round trains what it samples.
     *
     * @param of makes a gathering of the selector and of what samples and scores
     * @return this
     */
    public TrainerBuilder gathering(BiFunction<TaskSelector, GroupSource, GroupGathering> of) {
        gathering = of;
        return this;
    }

    /**
     * Trains a critic with the policy.
     *
     * @param of the same policy with its critic
     * @return this
     */
    public TrainerBuilder critic(ActorCritic of) {
        actorCritic = of;
        return this;
    }

    /**
     * What the policy is compared with. It stays the caller's.
     *
     * @param of the reference
     * @return this
     */
    public TrainerBuilder reference(Reference of) {
        reference = of;
        return this;
    }

    /**
     * How long the run is, and what a round of it is.
     *
     * @param of the numbers
     * @return this
     */
    public TrainerBuilder run(RunOptions of) {
        run = of;
        return this;
    }

    /**
     * Samples ahead of training. Otherwise a round is sampled by the weights that it begins with.
     *
     * @param of how far ahead
     * @return this
     */
    public TrainerBuilder overlap(Overlap of) {
        overlap = of;
        return this;
    }

    /**
     * How a round is trained.
     *
     * @param of optimiser steps and micro-batches
     * @return this
     */
    public TrainerBuilder update(UpdatePlan of) {
        update = of;
        return this;
    }

    /**
     * How the policy's optimiser steps.
     *
     * @param of learning rate, schedule, AdamW's options
     * @return this
     */
    public TrainerBuilder rates(Rates of) {
        rates = of;
        return this;
    }

    /**
     * How the critic's optimiser steps; otherwise as the policy's.
     *
     * @param of learning rate, schedule, AdamW's options
     * @return this
     */
    public TrainerBuilder criticRates(Rates of) {
        criticRates = of;
        return this;
    }

    /**
     * When checkpoints are written.
     *
     * @param of when, and which are kept
     * @return this
     */
    public TrainerBuilder checkpoints(CheckpointPlan of) {
        checkpoints = of;
        return this;
    }

    /**
     * Where the run's files are.
     *
     * @param of a folder that is made if need be
     * @return this
     */
    public TrainerBuilder folder(Path of) {
        folder = of;
        return this;
    }

    /**
     * Who watches.
     *
     * @param more listeners, told in this order and closed with the trainer
     * @return this
     */
    public TrainerBuilder listeners(RunListener... more) {
        listeners.addAll(List.of(more));
        return this;
    }

    /**
     * Checks everything together, and makes the trainer.
     *
     * @return a trainer that has not begun
     */
    public Trainer build() {
        requireComplete();
        RunOptions options = Objects.requireNonNull(run);
        Rollout runs = Objects.requireNonNull(rollout);
        Algorithm of = Objects.requireNonNull(algorithm);
        PolicyScoreOptions scoring = PolicyScoreOptions.DEFAULT.underSampling(
                List.of(runs.sampling()), model.stopIds(), model.usableTokens());
        TrainedModels models =
                new TrainedModels(policy, Optional.ofNullable(actorCritic), Optional.ofNullable(reference), scoring);
        RoundPreparation preparation = new RoundPreparation(new RowScorer(models, update, engine), update);
        RoundSource rounds = new OnlineRounds(batches(runs, options), preparation, of);
        TrainerConfig config =
                new TrainerConfig(options, update, rates, criticRates == null ? rates : criticRates, checkpoints);
        return new Trainer(new TrainerParts(
                engine, model, models, of, rounds, config, Objects.requireNonNull(folder), List.copyOf(listeners)));
    }

    private BatchSource batches(Rollout runs, RunOptions options) {
        Optional<RewardScorer> rewards = Optional.ofNullable(scorer);
        GroupCollector collector = new GroupCollector(runs, rewards, model.tokenizer(), options.groupSize());
        TaskSelector selector = tasks != null
                ? tasks
                : new StreamSelector(Epochs.shuffled(Objects.requireNonNull(data), options.seed(), Epochs.FOREVER));
        GroupGathering gather = gathering != null
                ? gathering.apply(selector, collector)
                : new PlainGathering(selector, collector, options.tasksPerRound(), options.passMark());
        DirectBatches direct = new DirectBatches(gather, collector, rewards, model.tokenizer());
        return overlap == null ? direct : new OverlappedBatches(direct, overlap, options.rounds());
    }

    private void requireComplete() {
        Problems problems = new Problems();
        problems.unless(algorithm != null, "there is no algorithm; add algorithm(...)");
        problems.unless(run != null, "there are no run options; add run(RunOptions.of(...))");
        problems.unless(folder != null, "there is no folder; add folder(...)");
        problems.unless((tasks == null) != (data == null), "there must be one source of tasks; add tasks(...) once");
        problems.unless(
                (scorer != null) != environmentReward,
                "there must be one source of rewards; add either reward(...) or rewardOfEnvironment()");
        problems.unless(
                policy.model().manager() == model.weights().manager(),
                "the policy is of another model; make it with Policy.of(model.weights(), ...)");
        if (rollout == null) {
            problems.add("there is no rollout; add rollout(...)");
        } else {
            problems.unless(
                    rollout.sampling().filter().temperature() > 0,
                    "the rollout samples at temperature 0, where there is nothing to learn from; use 1");
        }
        if (algorithm != null) {
            requireFits(problems, algorithm.name(), algorithm.needs());
        }
        problems.throwIfAny();
    }

    private void requireFits(Problems problems, String name, Needs needs) {
        problems.unless(
                !needs.critic() || actorCritic != null, name + " trains a critic and there is none; add critic(...)");
        problems.unless(
                needs.critic() || actorCritic == null,
                name + " does not train a critic and there is one; leave critic(...) out");
        problems.unless(
                !needs.reference() || reference != null,
                name + " compares with a reference and there is none; add reference(...), such as"
                        + " Reference.withoutAdapter(policy) or Reference.copyOf(policy)");
        problems.unless(
                needs.reference() || reference == null,
                name + " does not use a reference and there is one, which would cost memory; leave reference(...) out");
        problems.unless(
                actorCritic == null || actorCritic.policy() == policy,
                "the critic is that of another policy; make it with ActorCritic.separate(policy, ...) or sharing(...)");
        problems.unless(
                overlap == null || needs.oldLogProbs() != Needs.OldLogProbs.NONE,
                name + " has no ratio, so that it cannot make up for samples of older weights; leave overlap(...) out");
    }
}
