package org.rft4j.examples.rewardmodel;

import java.nio.file.Path;
import java.util.Optional;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;
import org.rft4j.algorithms.rewardmodel.BradleyTerry;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.select.HashSplit;
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
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.rewardmodel.AnswerEncoder;
import org.rft4j.core.rewardmodel.ModelReward;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.run.RunFiles;
import org.rft4j.examples.story.Openings;
import org.rft4j.examples.story.StoryExam;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * A reward model from preference pairs, then PPO against it. What is wanted, the name Lily once and not again, only the labeller of the pairs
 * knows. Hardly any pair shows a story that says it twice, so that the reward model never learns what is wrong with that, and PPO finds out.
 */
public final class RewardModelThenPpo {
    private static final int NEW_TOKENS = 24;
    private static final int LONGEST_TEXT = 96;
    private static final int ROUNDS = 24;
    private static final int BRIEF_ROUNDS = 2;
    private static final String NAME = "Lily";
    private static final String GOLD = "gold";
    private static final String PROXY = "proxy";

    /** What is really wanted. The trainer never sees it; it is evaluated beside what the trainer does see. */
    static final Reward ONCE = Reward.named(GOLD, sample -> Score.of(names(sample.completion()) == 1));

    private RewardModelThenPpo() {}

    /** How often a story names her. */
    static int names(String story) {
        return story.split(NAME, -1).length - 1;
    }

    /**
     * Runs the example.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("reward-model-then-ppo", args)));
    }

    /**
     * Writes pairs, trains a reward model on them, and trains a story teller against that.
     *
     * @param options folder, seed, length, model
     * @return what is wanted, on held-out openings, before training and at its best
     */
    public static ExampleOutcome run(ExampleOptions options) {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create()) {
            Path teller = options.model().orElseGet(work::stories);
            Path file = options.folder().resolve("pairs.jsonl");
            pairs(engine, teller, file, options);
            Path judge = rewardModel(engine, teller, PreferencePairs.read(file), options);
            return ppo(engine, teller, judge, options);
        }
    }

    private static void pairs(TensorEngine engine, Path teller, Path file, ExampleOptions options) {
        try (LanguageModel model = LanguageModel.load(teller, engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = rollout(sampler, model, options.seed())) {
            PreferencePairs.write(file, rollout, model, ONCE, options.brief() ? 64 : 256);
        }
        System.out.println("1. The pairs, in " + file);
        PreferencePairs.show(file);
    }

    /** Begins as the story teller, with a head that gives one number for a whole text, behind its last token. */
    private static Path rewardModel(
            TensorEngine engine, Path teller, Dataset<Preference> pairs, ExampleOptions options) {
        Path folder = options.folder().resolve("judge");
        HashSplit<Preference> split = HashSplit.byId(pairs, 0.2, "held out");
        System.out.println("\n2. The reward model: " + split.train().size() + " pairs to learn, "
                + split.evaluation().size() + " held out");
        try (LanguageModel model = LanguageModel.load(teller, engine);
                RewardModel rewards = RewardModel.trained(
                        ClassifierWeights.from(
                                model.weights(),
                                1,
                                model.tokenizer().specialTokens().eosIds().get(0),
                                KeyedRandom.ofSeed(options.seed())),
                        Trainable.everything())) {
            BradleyTerry bradleyTerry = new BradleyTerry(BradleyTerry.Options.DEFAULT.withCentring(0.01));
            ExampleRows<Preference> rows = ExampleRows.preferences(encoder(model), EqualPairs.DROP);
            try (Trainer trainer = Trainer.builder(engine, model.tokenizer(), rewards)
                    .offline(bradleyTerry, rows, Epochs.shuffled(split.train(), options.seed(), Epochs.FOREVER))
                    .run(RunOptions.of(options.brief() ? 4 : 40, 16, 1, options.seed()))
                    .rates(Rates.constant(5e-4))
                    .evaluations(Evaluations.every(
                            20, new ExampleEvaluation<>("pairs", bradleyTerry, rows, split.evaluation())))
                    .folder(folder)
                    .listeners(new Accuracy(), HtmlReport.every(folder, 20))
                    .build()) {
                trainer.stopOnExit();
                return trainer.runOrResume().last().orElseThrow().resolve("model");
            }
        }
    }

    private static ExampleOutcome ppo(TensorEngine engine, Path teller, Path judge, ExampleOptions options) {
        Path folder = options.folder().resolve("ppo");
        int texts = options.brief() ? 4 : 32;
        System.out.println("\n3. PPO against the reward model");
        try (LanguageModel model = LanguageModel.load(teller, engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                ClassifierWeights weights = Checkpoints.loadClassifier(judge, LoadOptions.DEFAULT, engine.manager());
                RewardModel frozen = RewardModel.frozen(weights);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = rollout(sampler, model, options.seed())) {
            StoryExam exam = new StoryExam(rollout, model, ONCE, texts);
            double start = exam.hold("Before training");
            AnswerEncoder lastToken = AnswerEncoder.of(encoder(model));
            RewardScorer proxy =
                    ModelReward.of(PROXY, frozen, lastToken, engine).scorer();
            RunEnd end = train(engine, model, policy, rollout, proxy, options);
            exam.hold("After the last round");
            double best = atItsBest(engine, end.best().orElseThrow().resolve("model"), texts, options.seed());
            System.out.println(Overoptimisation.curves(options, folder, GOLD, PROXY));
            System.out.println(RunFiles.of(folder, end));
            return new ExampleOutcome("stories with Lily once, held out, at the best checkpoint", start, best);
        }
    }

    /** Loads the checkpoint that was best by what is wanted, as anybody would load it. */
    private static double atItsBest(TensorEngine engine, Path best, int texts, long seed) {
        try (LanguageModel model = LanguageModel.load(best, engine);
                PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = rollout(sampler, model, seed)) {
            return new StoryExam(rollout, model, ONCE, texts).hold("The best checkpoint");
        }
    }

    private static RunEnd train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            EpisodeRollout rollout,
            RewardScorer proxy,
            ExampleOptions options) {
        Path folder = options.folder().resolve("ppo");
        // Nothing holds PPO back here; with a KL penalty, which is usual, the same happens later and less.
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                .algorithm(new Ppo(PpoOptions.TRL.withKl(Optional.empty())))
                .critic(ActorCritic.sharing(policy, ValueModel.zeroHead(policy.model(), engine.manager())))
                .tasks(Openings.trained())
                .rollout(rollout)
                .reward(proxy)
                .run(RunOptions.of(options.brief() ? BRIEF_ROUNDS : ROUNDS, 8, 4, options.seed()))
                .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                .rates(Rates.constant(5e-4))
                .evaluations(Evaluations.every(
                                4,
                                plan(GOLD, rollout, RewardScorer.of(ONCE), options),
                                plan(PROXY, rollout, proxy, options))
                        .keepingBest(Goal.highest("eval_gold_reward")))
                .folder(folder)
                .listeners(console(8), HtmlReport.every(folder, 10))
                .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }

    private static EvaluationPlan plan(
            String name, EpisodeRollout rollout, RewardScorer scorer, ExampleOptions options) {
        return new EvaluationPlan(
                name, Openings.heldOut(), rollout, scorer, options.brief() ? 4 : 32, EvaluationRule.of());
    }

    private static ConsoleProgress console(int everySteps) {
        return new ConsoleProgress(new Screen(System.out, Terminal.detect()), everySteps);
    }

    private static EpisodeRollout rollout(PolicySampler sampler, LanguageModel model, long seed) {
        return EpisodeRollout.of(
                sampler,
                EpisodeFormat.text(model.tokenizer()),
                SingleTurn.factory(),
                EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, seed), 1, LONGEST_TEXT));
    }

    /** Stories stop in the middle of a sentence, so that there is no end token to look at. */
    private static ExampleEncoder encoder(LanguageModel model) {
        return ExampleEncoder.of(
                model.tokenizer(),
                Optional.empty(),
                EncodeOptions.of(LONGEST_TEXT, OverLength.REFUSE)
                        .withoutEndToken()
                        .training(TrainedTokens.LAST));
    }
}
