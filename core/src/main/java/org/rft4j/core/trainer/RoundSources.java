package org.rft4j.core.trainer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.selection.GroupGathering;
import org.rft4j.core.selection.PlainGathering;
import org.rft4j.core.selection.StreamSelector;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;

/** Puts together what differs between learning from examples and from the policy's own writing. The builder has been checked. */
final class RoundSources {
    private RoundSources() {}

    static Objective objective(TrainerSettings of) {
        if (of.examples != null) {
            return of.examples.objective();
        }
        return of.samples != null ? of.samples.objective() : Objects.requireNonNull(of.algorithm);
    }

    static TrainedModels models(TrainerSettings of) {
        return new TrainedModels(
                of.trainee, Optional.ofNullable(of.actorCritic), Optional.ofNullable(of.reference), scoring(of));
    }

    /** Examples are scored under the model's own distribution, whoever wrote them; what is compared with the sampler under the sampler's. */
    private static PolicyScoreOptions scoring(TrainerSettings of) {
        if (of.model == null) {
            return PolicyScoreOptions.DEFAULT; // a model of rewards scores no tokens
        }
        return of.algorithm == null || of.rollout == null
                ? scoringExamples(of.model)
                : PolicyScoreOptions.DEFAULT.underSampling(
                        List.of(of.rollout.sampling()), of.model.stopIds(), of.model.usableTokens());
    }

    static PolicyScoreOptions scoringExamples(LanguageModel model) {
        return PolicyScoreOptions.DEFAULT.withUsableTokens(model.usableTokens());
    }

    static RoundSource of(TrainerSettings of, TrainedModels models) {
        RunOptions run = Objects.requireNonNull(of.run);
        RowScorer scorer = new RowScorer(models, of.update, of.engine);
        ExamplePreparation preparation = new ExamplePreparation(scorer, of.update);
        if (of.examples != null) {
            return of.examples.rounds(run.tasksPerRound(), preparation);
        }
        return of.samples != null
                ? SampledRounds.chosenBy(
                        of.samples.arrangement(), of.samples.objective(), preparation, batches(of, run))
                : SampledRounds.by(
                        Objects.requireNonNull(of.algorithm),
                        new RoundPreparation(scorer, of.update),
                        batches(of, run));
    }

    private static BatchSource batches(TrainerSettings of, RunOptions run) {
        Optional<RewardScorer> rewards = Optional.ofNullable(of.scorer);
        GroupCollector collector = new GroupCollector(
                Objects.requireNonNull(of.rollout),
                rewards,
                of.tokenizer,
                run.groupSize(),
                Optional.ofNullable(of.baseline));
        TaskSelector selector = of.tasks != null
                ? of.tasks
                : new StreamSelector(Epochs.shuffled(Objects.requireNonNull(of.data), run.seed(), Epochs.FOREVER));
        GroupGathering gathering = of.gathering != null
                ? of.gathering.apply(selector, collector)
                : new PlainGathering(selector, collector, run.tasksPerRound(), run.passMark());
        DirectBatches direct = new DirectBatches(gathering, collector, rewards, of.tokenizer);
        return of.overlap == null ? direct : new OverlappedBatches(direct, of.overlap, run.rounds());
    }
}
