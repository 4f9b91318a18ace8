package org.rft4j.core.trainer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.PlainGathering;
import org.rft4j.core.selection.StreamSelector;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.core.trajectory.Rollout;

/** Puts a trainer together from a builder that is complete. */
final class TrainerAssembly {
    private TrainerAssembly() {}

    static Trainer of(TrainerBuilder from) {
        RunOptions options = Objects.requireNonNull(from.run);
        Rollout runs = Objects.requireNonNull(from.rollout);
        Algorithm algorithm = Objects.requireNonNull(from.algorithm);
        PolicyScoreOptions scoring = PolicyScoreOptions.DEFAULT.underSampling(
                List.of(runs.sampling()), from.model.stopIds(), from.model.usableTokens());
        TrainedModels models = new TrainedModels(
                from.policy, Optional.ofNullable(from.actorCritic), Optional.ofNullable(from.reference), scoring);
        RoundPreparation preparation =
                new RoundPreparation(new RowScorer(models, from.update, from.engine), from.update);
        RoundSource rounds = new OnlineRounds(batches(from, runs, options), preparation, algorithm);
        TrainerConfig config = new TrainerConfig(
                options,
                from.update,
                from.rates,
                from.criticRates == null ? from.rates : from.criticRates,
                from.checkpoints,
                from.evaluations,
                from.diagnosis,
                from.completionsEveryRounds);
        TrainerParts parts = new TrainerParts(
                from.engine,
                from.model,
                models,
                algorithm,
                rounds,
                config,
                Objects.requireNonNull(from.folder),
                from.baseModel);
        MemoryNeed memory = new MemoryNeed(from.engine, models, from.update);
        return new Trainer(parts, List.copyOf(from.listeners), new Preflight(from, preparation, memory));
    }

    private static BatchSource batches(TrainerBuilder from, Rollout runs, RunOptions options) {
        Optional<RewardScorer> rewards = Optional.ofNullable(from.scorer);
        GroupCollector collector = new GroupCollector(
                runs, rewards, from.model.tokenizer(), options.groupSize(), Optional.ofNullable(from.baseline));
        TaskSelector selector = from.tasks != null
                ? from.tasks
                : new StreamSelector(
                        Epochs.shuffled(Objects.requireNonNull(from.data), options.seed(), Epochs.FOREVER));
        GroupGathering gather = from.gathering != null
                ? from.gathering.apply(selector, collector)
                : new PlainGathering(selector, collector, options.tasksPerRound(), options.passMark());
        DirectBatches direct = new DirectBatches(gather, collector, rewards, from.model.tokenizer());
        return from.overlap == null ? direct : new OverlappedBatches(direct, from.overlap, options.rounds());
    }
}
