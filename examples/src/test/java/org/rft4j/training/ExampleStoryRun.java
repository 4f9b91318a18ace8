package org.rft4j.training;

import java.nio.file.Path;
import java.util.Optional;
import org.rft4j.algorithms.iterated.BestOfGroup;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.algorithms.unpaired.Neighbour;
import org.rft4j.algorithms.unpaired.UnpairedRows;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** Trains all weights of a model of 260,000 parameters on {@link StoryExamples}, or on what it writes itself. */
final class ExampleStoryRun {
    private static final int TEXTS = 8;

    private final ExampleRecipe recipe;
    private final long seed;
    private final Learned learned = new Learned();
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final LanguageModel model = LanguageModel.load(StoryRun.stories(), engine);

    private ExampleStoryRun(ExampleRecipe recipe, long seed) {
        this.recipe = recipe;
        this.seed = seed;
    }

    /** Trains, evaluating before the first step, after every few, and after the last. */
    static Learned of(ExampleRecipe recipe, long seed, long evaluateEvery, Path folder) {
        ExampleStoryRun run = new ExampleStoryRun(recipe, seed);
        run.train(evaluateEvery, folder);
        return run.learned;
    }

    private void train(long evaluateEvery, Path folder) {
        try (engine;
                model;
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Reference start = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(StoryTask.LONGEST, seed), 1, StoryRun.LONGEST_EPISODE))) {
            Objective objective = recipe.objective().get();
            TrainerBuilder builder = Trainer.builder(engine, model, policy)
                    .run(RunOptions.of(recipe.rounds(), recipe.perRound(), 1, seed))
                    .update(UpdatePlan.DEFAULT.withSteps(1, recipe.steps()))
                    .rates(Rates.constant(recipe.rate()))
                    .checkpoints(new CheckpointPlan(0, 1, false))
                    .evaluations(Evaluations.every(
                            evaluateEvery,
                            StoryRun.plan(StoryRun.SEEN, StoryTask.seen(), rollout),
                            StoryRun.plan(StoryRun.HELD_OUT, StoryTask.heldOut(), rollout)))
                    .folder(folder)
                    .listeners(learned);
            recipe.shape().add(this, builder, objective);
            if (objective.needs().reference()) {
                builder.reference(start);
            }
            if (recipe.sampled()) {
                builder.rollout(rollout);
            }
            try (Trainer trainer = builder.build()) {
                trainer.run();
            }
        }
    }

    void demonstrations(TrainerBuilder builder, Objective objective) {
        builder.offline(
                objective,
                ExampleRows.completions(encoder(TrainedTokens.ANSWER)),
                shuffled(StoryExamples.ofSeenOpenings().demonstrations()));
    }

    void preferences(TrainerBuilder builder, Objective objective) {
        builder.offline(
                objective,
                ExampleRows.preferences(encoder(TrainedTokens.ANSWER), EqualPairs.DROP),
                shuffled(StoryExamples.ofSeenOpenings().pairs()));
    }

    void wholePreferences(TrainerBuilder builder, Objective objective) {
        builder.offline(
                objective,
                ExampleRows.preferences(encoder(TrainedTokens.ALL), EqualPairs.DROP)
                        .withResponse(),
                shuffled(StoryExamples.ofSeenOpenings().pairs()));
    }

    void labels(TrainerBuilder builder, Objective objective) {
        builder.offline(
                objective,
                new UnpairedRows(RowEncoder.of(encoder(TrainedTokens.ANSWER)), Neighbour.PREVIOUS, Optional.empty()),
                shuffled(StoryExamples.ofSeenOpenings().labels()));
    }

    void bestSamples(TrainerBuilder builder, Objective objective) {
        builder.iterated(objective, new BestOfGroup())
                .tasks(StoryTask.seen())
                .reward(StoryTask.LILY)
                .run(RunOptions.of(recipe.rounds(), recipe.perRound(), TEXTS, seed));
    }

    private ExampleEncoder encoder(TrainedTokens trained) {
        return ExampleEncoder.of(
                model.tokenizer(),
                Optional.empty(),
                EncodeOptions.of(StoryRun.LONGEST_EPISODE, OverLength.REFUSE)
                        .withoutEndToken()
                        .training(trained));
    }

    private <T extends Example> ExampleStream<T> shuffled(Dataset<T> examples) {
        return Epochs.shuffled(examples, seed, Epochs.FOREVER);
    }
}
