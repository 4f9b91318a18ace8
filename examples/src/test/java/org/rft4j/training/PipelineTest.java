package org.rft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.algorithms.iterated.BestWorstPair;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.algorithms.rewardmodel.BradleyTerry;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.rewardmodel.AnswerEncoder;
import org.rft4j.core.rewardmodel.ModelReward;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * From demonstrations over a reward model to a policy, as it is done for real: fine-tuning, a reward model from preferences, then iterated DPO, and
 * PPO, against that reward model. What is wanted is known here, so that it can be watched how far the reward model's opinion carries: a
 * gold reward is evaluated beside it, and the checkpoint is kept that is best by gold.
 */
class PipelineTest {
    private static final String WORD = "Lily";
    private static final String GOLD = "gold";
    private static final String PROXY = "proxy";
    private static final long SEED = 5;
    private static final int TEXTS = 8;

    private static final double UNTRAINED_AT_MOST = 0.2;
    private static final double TUNED_AT_LEAST = 0.2;
    private static final double ACCURACY_AT_LEAST = 0.8;
    private static final double GOLD_AT_LEAST = 0.4;

    /** What is really wanted: the word, but not again and again, which a reward model that saw few such texts may well like. */
    private static final Reward ONCE = Reward.named(
            GOLD,
            sample -> Score.of(sample.completion().contains(WORD)
                    && sample.completion().indexOf(WORD) == sample.completion().lastIndexOf(WORD)));

    @TempDir
    Path folder;

    @Test
    void fromDemonstrationsToAPolicy() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            Stage tuning = fineTuned(engine);
            assertThat(tuning.gold().get(0)).as("gold of the untrained model").isLessThan(UNTRAINED_AT_MOST);
            assertThat(tuning.lastGold()).as("gold after fine-tuning").isGreaterThan(TUNED_AT_LEAST);

            Path judge = rewardModel(engine, tuning.model());

            Stage dpo = against(engine, tuning, judge, "dpo");
            Stage ppo = against(engine, tuning, judge, "ppo");
            for (Stage stage : List.of(dpo, ppo)) {
                assertThat(stage.lastProxy())
                        .as("%s", stage)
                        .isGreaterThan(stage.proxy().get(0));
                assertThat(stage.bestGold()).as("%s", stage).isGreaterThan(GOLD_AT_LEAST);
                assertThat(stage.lastGold())
                        .as("more of the reward model than is good: %s", stage)
                        .isLessThan(stage.bestGold());
            }
        }
    }

    /** What a stage told of itself, and where its best model is. */
    private record Stage(Path model, List<Double> gold, List<Double> proxy) {
        double lastGold() {
            return gold.get(gold.size() - 1);
        }

        double lastProxy() {
            return proxy.get(proxy.size() - 1);
        }

        double bestGold() {
            return gold.stream().mapToDouble(one -> one).max().orElseThrow();
        }
    }

    private static final class Watching implements RunListener {
        private final List<Double> gold = new ArrayList<>();
        private final List<Double> proxy = new ArrayList<>();

        @Override
        public void evaluated(EvaluationReport evaluation) {
            evaluation.metrics().forEach((name, value) -> {
                if (name.equals(EvaluationRule.prefix(GOLD) + "_reward")) {
                    gold.add(value);
                } else if (name.equals(EvaluationRule.prefix(PROXY) + "_reward")) {
                    proxy.add(value);
                }
            });
        }

        Stage stage(RunEnd end) {
            return new Stage(end.best().orElseThrow().resolve("model"), gold, proxy);
        }
    }

    /** Texts of both kinds are demonstrations: they teach how it is told, and bring the word more often than the untrained model does. */
    private Stage fineTuned(TensorEngine engine) {
        Dataset<PromptCompletion> demonstrations = Datasets.of(StoryExamples.ofSeenOpenings().preferences().stream()
                .flatMap(pair -> pair.unpaired().stream())
                .map(one -> new PromptCompletion(one.id(), one.prompt(), one.completion(), Map.of()))
                .toList());
        try (LanguageModel model = LanguageModel.load(StoryRun.stories(), engine)) {
            return trained(
                    engine,
                    model,
                    "sft",
                    (builder, policy, rollout) -> builder.offline(
                                    LikelihoodPresets.sft(),
                                    ExampleRows.completions(encoder(model, TrainedTokens.ANSWER)),
                                    Epochs.shuffled(demonstrations, SEED, Epochs.FOREVER))
                            .run(RunOptions.of(30, 16, 1, SEED))
                            .rates(Rates.constant(1e-3))
                            .evaluations(Evaluations.every(30, gold(rollout)).keepingBest(bestGold())));
        }
    }

    /** The reward model begins as the fine-tuned model; some pairs are held out. */
    private Path rewardModel(TensorEngine engine, Path start) {
        List<Preference> pairs = StoryExamples.ofSeenOpenings().preferences();
        int heldOut = pairs.size() / 5;
        List<Preference> trained = IntStream.range(0, pairs.size())
                .filter(n -> n % 5 != 0)
                .mapToObj(pairs::get)
                .toList();
        List<Preference> others =
                IntStream.range(0, heldOut).mapToObj(n -> pairs.get(5 * n)).toList();
        try (LanguageModel model = LanguageModel.load(start, engine);
                RewardModel rewards = RewardModel.trained(
                        ClassifierWeights.from(
                                model.weights(),
                                1,
                                model.tokenizer().specialTokens().eosIds().get(0),
                                KeyedRandom.ofSeed(SEED)),
                        Trainable.everything())) {
            BradleyTerry bradleyTerry = new BradleyTerry(BradleyTerry.Options.DEFAULT.withCentring(0.01));
            ExampleRows<Preference> rows = ExampleRows.preferences(encoder(model, TrainedTokens.LAST), EqualPairs.DROP);
            List<Double> accuracies = new ArrayList<>();
            try (Trainer trainer = Trainer.builder(engine, model.tokenizer(), rewards)
                    .offline(bradleyTerry, rows, Epochs.shuffled(Datasets.of(trained), SEED, Epochs.FOREVER))
                    .run(RunOptions.of(40, 16, 1, SEED))
                    .rates(Rates.constant(5e-4))
                    .evaluations(Evaluations.every(
                            20, new ExampleEvaluation<>("eval", bradleyTerry, rows, Datasets.of(others))))
                    .checkpoints(new CheckpointPlan(0, 1, true))
                    .folder(folder.resolve("judge"))
                    .listeners(hearing("eval_accuracy", accuracies))
                    .build()) {
                Path last = trainer.run().last().orElseThrow().resolve("model");
                assertThat(accuracies.get(accuracies.size() - 1))
                        .as("accuracies on held-out pairs %s", accuracies)
                        .isGreaterThan(ACCURACY_AT_LEAST);
                return last;
            }
        }
    }

    /** The policy learns from what the reward model says; gold is only watched. */
    private Stage against(TensorEngine engine, Stage tuning, Path judge, String how) {
        try (LanguageModel model = LanguageModel.load(tuning.model(), engine);
                ClassifierWeights weights = Checkpoints.loadClassifier(judge, LoadOptions.DEFAULT, engine.manager());
                RewardModel frozen = RewardModel.frozen(weights)) {
            RewardScorer proxy = ModelReward.of(
                            PROXY, frozen, AnswerEncoder.of(encoder(model, TrainedTokens.LAST)), engine)
                    .scorer();
            return trained(engine, model, how, (builder, policy, rollout) -> {
                builder.tasks(StoryTask.seen())
                        .rollout(rollout)
                        .reward(proxy)
                        .evaluations(Evaluations.every(4, gold(rollout), plan(PROXY, rollout, proxy))
                                .keepingBest(bestGold()));
                if (how.equals("dpo")) {
                    builder.iterated(PreferencePresets.iterativeDpo(0.1), new BestWorstPair(0))
                            .run(RunOptions.of(8, 8, TEXTS, SEED))
                            .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                            .rates(Rates.constant(5e-4));
                } else {
                    builder.algorithm(new Ppo(PpoOptions.TRL))
                            .critic(ActorCritic.sharing(policy, ValueModel.zeroHead(policy.model(), engine.manager())))
                            .run(RunOptions.of(12, 8, 4, SEED))
                            .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                            .rates(Rates.constant(1e-3));
                }
                return builder;
            });
        }
    }

    private interface Making {
        TrainerBuilder of(TrainerBuilder builder, Policy policy, EpisodeRollout rollout);
    }

    private Stage trained(TensorEngine engine, LanguageModel model, String name, Making making) {
        Watching watching = new Watching();
        try (Policy policy = Policy.of(model.weights(), Trainable.everything());
                Reference start = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(StoryTask.LONGEST, SEED), 1, StoryRun.LONGEST_EPISODE))) {
            TrainerBuilder builder = making.of(
                    Trainer.builder(engine, model, policy)
                            .folder(folder.resolve(name))
                            .checkpoints(new CheckpointPlan(0, 1, true))
                            .listeners(watching),
                    policy,
                    rollout);
            if (name.equals("ppo")) {
                builder.reference(start);
            }
            try (Trainer trainer = builder.build()) {
                return watching.stage(trainer.run());
            }
        }
    }

    private static Goal bestGold() {
        return Goal.highest(EvaluationRule.prefix(GOLD) + "_reward");
    }

    private static EvaluationPlan gold(EpisodeRollout rollout) {
        return plan(GOLD, rollout, RewardScorer.of(ONCE));
    }

    private static EvaluationPlan plan(String name, EpisodeRollout rollout, RewardScorer scorer) {
        return new EvaluationPlan(name, StoryTask.heldOut(), rollout, scorer, 32, EvaluationRule.of());
    }

    private static RunListener hearing(String metric, List<Double> told) {
        return new RunListener() {
            @Override
            public void evaluated(EvaluationReport evaluation) {
                told.add(Objects.requireNonNull(evaluation.metrics().get(metric), metric));
            }
        };
    }

    private static ExampleEncoder encoder(LanguageModel model, TrainedTokens trained) {
        return ExampleEncoder.of(
                model.tokenizer(),
                Optional.empty(),
                EncodeOptions.of(StoryRun.LONGEST_EPISODE, OverLength.REFUSE)
                        .withoutEndToken()
                        .training(trained));
    }
}
