package org.rft4j.training;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.evaluation.Evaluation;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.GroupCollector;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.CritiqueThenRefine;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** Trains all weights of a model of 260,000 parameters, which was made to write children's stories, on {@link StoryTask}. */
final class StoryRun {
    /** The evaluation on openings that are trained. */
    static final String SEEN = "seen";

    /** The evaluation on others. */
    static final String HELD_OUT = "held_out";

    private static final int OPENINGS = 4;
    private static final int TEXTS = 8;
    private static final int EVALUATED_TEXTS = 32;
    static final int LONGEST_EPISODE = 192;

    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Recipe recipe;
    private final long seed;
    private final Learned learned = new Learned();

    private StoryRun(Recipe recipe, long seed) {
        this.recipe = recipe;
        this.seed = seed;
    }

    /** Trains without evaluating. */
    static Learned unevaluated(Recipe recipe, long seed, Path folder) {
        StoryRun run = new StoryRun(recipe, seed);
        run.train(OptionalLong.empty(), folder);
        return run.learned;
    }

    /** Trains, evaluating before the first step, after every few, and after the last. */
    static Learned of(Recipe recipe, long seed, long evaluateEvery, Path folder) {
        StoryRun run = new StoryRun(recipe, seed);
        run.train(OptionalLong.of(evaluateEvery), folder);
        return run.learned;
    }

    private void train(OptionalLong evaluateEvery, Path folder) {
        try (engine;
                LanguageModel model = LanguageModel.load(stories(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = rollout(sampler, model, environment(), sampled());
                EpisodeRollout evaluated = rollout(sampler, model, SingleTurn.factory(), sampled());
                EpisodeRollout greedy =
                        rollout(sampler, model, SingleTurn.factory(), SamplingOptions.greedy(StoryTask.LONGEST))) {
            List<EvaluationPlan> plans = evaluateEvery.isEmpty()
                    ? List.of()
                    : List.of(plan(SEEN, StoryTask.seen(), evaluated), plan(HELD_OUT, StoryTask.heldOut(), evaluated));
            Algorithm algorithm = recipe.algorithm().get();
            TrainerBuilder builder = Trainer.builder(engine, model, policy)
                    .algorithm(algorithm)
                    .tasks(StoryTask.seen())
                    .rollout(rollout)
                    .run(RunOptions.of(recipe.rounds(), OPENINGS, TEXTS, seed))
                    .update(UpdatePlan.DEFAULT.withSteps(recipe.iterations(), 1))
                    .rates(Rates.constant(recipe.rate()))
                    .checkpoints(new CheckpointPlan(0, 1, false))
                    .evaluations(Evaluations.every(evaluateEvery.orElse(1), plans.toArray(EvaluationPlan[]::new)))
                    .folder(folder)
                    .listeners(learned);
            if (recipe.criticised()) {
                builder.rewardOfEnvironment();
            } else {
                builder.reward(StoryTask.LILY);
            }
            if (recipe.baseline() == Baseline.GREEDY) {
                builder.baseline(greedy);
            }
            withReference(builder, algorithm, policy);
            plans.forEach(plan -> evaluateAtTheEnd(plan, model));
        }
    }

    /** Rounds in which there was nothing to train take no step, so that no number of steps is sure to be the last. */
    private void evaluateAtTheEnd(EvaluationPlan plan, LanguageModel model) {
        long last = learned.steps().size();
        if (learned.evaluations(plan.name()).lastKey() < last) {
            GroupCollector collector = new GroupCollector(
                    plan.rollout(), Optional.of(plan.scorer()), model.tokenizer(), plan.samples(), Optional.empty());
            List<TaskRecord> tasks = IntStream.range(0, plan.tasks().size())
                    .mapToObj(plan.tasks()::get)
                    .toList();
            Evaluation evaluation = Evaluation.of(collector.collect(0, tasks), plan.rule());
            learned.evaluated(new EvaluationReport(plan.name(), last, evaluation.metrics(plan.name()), List.of()));
        }
    }

    private void withReference(TrainerBuilder builder, Algorithm algorithm, Policy policy) {
        if (algorithm.needs().reference()) {
            try (Reference start = Reference.copyOf(policy)) {
                withCritic(builder.reference(start), policy);
            }
        } else {
            withCritic(builder, policy);
        }
    }

    private void withCritic(TrainerBuilder builder, Policy policy) {
        switch (recipe.baseline()) {
            case GROUP, GREEDY -> run(builder);
            case SHARED_CRITIC ->
                run(builder.critic(ActorCritic.sharing(policy, ValueModel.zeroHead(policy.model(), engine.manager()))));
            case CRITIC -> {
                try (LanguageModel body = LanguageModel.load(stories(), engine);
                        ValueModel critic = ValueModel.of(
                                body.weights(),
                                Trainable.everything(),
                                ValueModel.zeroHead(body.weights(), engine.manager()))) {
                    run(builder.critic(ActorCritic.separate(policy, critic)));
                }
            }
        }
    }

    private static void run(TrainerBuilder builder) {
        try (Trainer trainer = builder.build()) {
            trainer.run();
        }
    }

    private SamplingOptions sampled() {
        return SamplingOptions.of(StoryTask.LONGEST, seed);
    }

    private EpisodeRollout rollout(
            PolicySampler sampler, LanguageModel model, EnvironmentFactory environment, SamplingOptions sampling) {
        EpisodeOptions options = EpisodeOptions.of(sampling, recipe.criticised() ? 2 : 1, LONGEST_EPISODE);
        return EpisodeRollout.of(
                sampler, EpisodeFormat.text(model.tokenizer()), environment, options.continuingCutOffTurns());
    }

    private EnvironmentFactory environment() {
        return recipe.criticised()
                ? CritiqueThenRefine.by(StoryTask.NAMES_THE_WORD, StoryTask.LILY, false)
                : SingleTurn.factory();
    }

    static EvaluationPlan plan(String name, Dataset<TaskRecord> tasks, EpisodeRollout rollout) {
        return new EvaluationPlan(
                name, tasks, rollout, RewardScorer.of(StoryTask.LILY), EVALUATED_TEXTS, EvaluationRule.of());
    }

    static Path stories() {
        try {
            return Path.of(StoryRun.class
                            .getResource("/models/stories260K/config.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
