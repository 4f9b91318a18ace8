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
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.OfflinePreparation;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;

/** Puts together what differs between learning from examples and from the policy's own writing. The builder has been checked. */
final class RoundSources {
    private RoundSources() {}

    static Objective objective(TrainerBuilder of) {
        return of.offline != null ? of.offline.method() : Objects.requireNonNull(of.algorithm);
    }

    static TrainedModels models(TrainerBuilder of) {
        return new TrainedModels(
                of.policy, Optional.ofNullable(of.actorCritic), Optional.ofNullable(of.reference), scoring(of));
    }

    /** Examples are scored under the model's own distribution, samples under the sampler's. */
    private static PolicyScoreOptions scoring(TrainerBuilder of) {
        return of.rollout == null
                ? PolicyScoreOptions.DEFAULT.withUsableTokens(of.model.usableTokens())
                : PolicyScoreOptions.DEFAULT.underSampling(
                        List.of(of.rollout.sampling()), of.model.stopIds(), of.model.usableTokens());
    }

    static RoundSource of(TrainerBuilder of, TrainedModels models) {
        RunOptions run = Objects.requireNonNull(of.run);
        RowScorer scorer = new RowScorer(models, of.update, of.engine);
        return of.offline != null
                ? of.offline.rounds(run.tasksPerRound(), new OfflinePreparation(scorer))
                : new OnlineRounds(
                        batches(of, run),
                        new RoundPreparation(scorer, of.update),
                        Objects.requireNonNull(of.algorithm));
    }

    private static BatchSource batches(TrainerBuilder of, RunOptions run) {
        Optional<RewardScorer> rewards = Optional.ofNullable(of.scorer);
        GroupCollector collector = new GroupCollector(
                Objects.requireNonNull(of.rollout),
                rewards,
                of.model.tokenizer(),
                run.groupSize(),
                Optional.ofNullable(of.baseline));
        TaskSelector selector = of.tasks != null
                ? of.tasks
                : new StreamSelector(Epochs.shuffled(Objects.requireNonNull(of.data), run.seed(), Epochs.FOREVER));
        GroupGathering gathering = of.gathering != null
                ? of.gathering.apply(selector, collector)
                : new PlainGathering(selector, collector, run.tasksPerRound(), run.passMark());
        DirectBatches direct = new DirectBatches(gathering, collector, rewards, of.model.tokenizer());
        return of.overlap == null ? direct : new OverlappedBatches(direct, of.overlap, run.rounds());
    }
}
