package org.rft4j.core.trainer;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.diagnosis.DiagnosisOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.GroupSource;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.Trainee;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.TensorEngine;

/** Says what a {@link Trainer} trains, on what, how, and who watches. Everything is checked together when it is built. */
public final class TrainerBuilder {
    private final TrainerSettings settings;

    TrainerBuilder(TensorEngine engine, Tokenizer tokenizer, @Nullable LanguageModel model, Trainee trainee) {
        settings = new TrainerSettings(engine, tokenizer, model, trainee);
    }

    /**
     * What is minimised.
     *
     * @param of an algorithm on the policy's own writing
     * @return this
     */
    public TrainerBuilder algorithm(Algorithm of) {
        settings.algorithm = of;
        return this;
    }

    /**
     * Trains on examples in place of the policy's own writing: no rollout, no reward. A round has as many examples as the run options say tasks,
     * and the group size is 1. Tokens are scored under the model's own distribution.
     *
     * @param objective what is minimised
     * @param arrangement makes rows of examples
     * @param of where they come from, and nobody else takes any; a stream that ends ends the run
     * @param <T> their shape
     * @return this
     */
    public <T extends Example> TrainerBuilder offline(
            Objective objective, ExampleArrangement<T> arrangement, ExampleStream<T> of) {
        settings.examples = new ExamplePlan<>(objective, arrangement, of);
        return this;
    }

    /**
     * Trains on examples that are chosen among what the policy writes, in place of an algorithm: each round samples, scores, chooses, and learns
     * from what was chosen as it would from a data set. Tokens are scored under the model's own distribution.
     *
     * @param objective what is minimised
     * @param arrangement chooses, and makes rows; if it is {@code Resumable}, checkpoints hold its state
     * @return this
     */
    public TrainerBuilder iterated(Objective objective, ExampleArrangement<TrajectoryGroup> arrangement) {
        settings.samples = new SamplePlan(objective, arrangement);
        return this;
    }

    /**
     * What the policy is asked, in another order in each epoch.
     *
     * @param of a data set
     * @return this
     */
    public TrainerBuilder tasks(Dataset<TaskRecord> of) {
        settings.data = of;
        return this;
    }

    /**
     * What the policy is asked, as a selector chooses.
     *
     * @param selector chooses tasks
     * @return this
     */
    public TrainerBuilder tasks(TaskSelector selector) {
        settings.tasks = selector;
        return this;
    }

    /**
     * How episodes are run. Its sampling options are those that log-probs are computed under.
     *
     * @param of runs episodes; it stays the caller's
     * @return this
     */
    public TrainerBuilder rollout(Rollout of) {
        settings.rollout = of;
        return this;
    }

    /**
     * Runs one more episode of each task, which is not trained but compared with, as ReMax does with a greedy one.
     *
     * @param of runs episodes, usually at temperature 0; it stays the caller's
     * @return this
     */
    public TrainerBuilder baseline(Rollout of) {
        settings.baseline = of;
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
        settings.scorer = of;
        return this;
    }

    /**
     * Episodes are worth what their environment gives.
     *
     * @return this
     */
    public TrainerBuilder rewardOfEnvironment() {
        settings.environmentReward = true;
        return this;
    }

    /**
     * Answers that should earn something, which {@link Trainer#preflight} asks the reward about.
     *
     * @param of for each task none, one or several
     * @return this
     */
    public TrainerBuilder sampleAnswers(Function<TaskRecord, List<String>> of) {
        settings.sampleAnswers = of;
        return this;
    }

    /**
     * How the groups of a round are found, such as by dynamic sampling. Otherwise each round trains what it samples.
     *
     * @param of makes a gathering of the selector and of what samples and scores
     * @return this
     */
    public TrainerBuilder gathering(BiFunction<TaskSelector, GroupSource, GroupGathering> of) {
        settings.gathering = of;
        return this;
    }

    /**
     * Trains a critic with the policy.
     *
     * @param of the same policy with its critic
     * @return this
     */
    public TrainerBuilder critic(ActorCritic of) {
        settings.actorCritic = of;
        return this;
    }

    /**
     * What the policy is compared with. It stays the caller's.
     *
     * @param of the reference
     * @return this
     */
    public TrainerBuilder reference(Reference of) {
        settings.reference = of;
        return this;
    }

    /**
     * How long the run is, and what a round of it is.
     *
     * @param of the numbers
     * @return this
     */
    public TrainerBuilder run(RunOptions of) {
        settings.run = of;
        return this;
    }

    /**
     * Samples ahead of training. Otherwise a round is sampled by the weights that it begins with.
     *
     * @param of how far ahead
     * @return this
     */
    public TrainerBuilder overlap(Overlap of) {
        settings.overlap = of;
        return this;
    }

    /**
     * How a round is trained.
     *
     * @param of optimiser steps and micro-batches
     * @return this
     */
    public TrainerBuilder update(UpdatePlan of) {
        settings.update = of;
        return this;
    }

    /**
     * How the policy's optimiser steps.
     *
     * @param of learning rate, schedule, AdamW's options
     * @return this
     */
    public TrainerBuilder rates(Rates of) {
        settings.rates = of;
        return this;
    }

    /**
     * How the critic's optimiser steps; otherwise as the policy's.
     *
     * @param of learning rate, schedule, AdamW's options
     * @return this
     */
    public TrainerBuilder criticRates(Rates of) {
        settings.criticRates = of;
        return this;
    }

    /**
     * When checkpoints are written.
     *
     * @param of when, and which are kept
     * @return this
     */
    public TrainerBuilder checkpoints(CheckpointPlan of) {
        settings.checkpoints = of;
        return this;
    }

    /**
     * When the policy is evaluated, and what follows from it.
     *
     * @param of plans, early stop, what the best checkpoint is told by
     * @return this
     */
    public TrainerBuilder evaluations(Evaluations of) {
        settings.evaluations = of;
        return this;
    }

    /**
     * When a run counts as ill. Otherwise by the usual limits.
     *
     * @param of the limits
     * @return this
     */
    public TrainerBuilder diagnosis(DiagnosisOptions of) {
        settings.diagnosis = of;
        return this;
    }

    /**
     * Which rounds' completions are written to {@code completions.jsonl}; otherwise those of all.
     *
     * @param rounds n writes every n-th
     * @return this
     */
    public TrainerBuilder completionsEvery(int rounds) {
        settings.completionsEveryRounds = rounds;
        return this;
    }

    /**
     * What saved adapters name as the model under them. Otherwise they leave it open.
     *
     * @param name of a model, or its folder
     * @return this
     */
    public TrainerBuilder baseModel(String name) {
        settings.baseModel = name;
        return this;
    }

    /**
     * Where the run's files are.
     *
     * @param of a folder that is made if need be
     * @return this
     */
    public TrainerBuilder folder(Path of) {
        settings.folder = of;
        return this;
    }

    /**
     * Who watches.
     *
     * @param more listeners, told in this order and closed with the trainer
     * @return this
     */
    public TrainerBuilder listeners(RunListener... more) {
        settings.listeners.addAll(List.of(more));
        return this;
    }

    /**
     * Checks everything together, and makes the trainer.
     *
     * @return a trainer that has not begun
     */
    public Trainer build() {
        TrainerChecks.require(settings);
        return TrainerAssembly.of(settings);
    }
}
