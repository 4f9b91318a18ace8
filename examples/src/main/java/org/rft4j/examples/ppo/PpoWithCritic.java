package org.rft4j.examples.ppo;

import java.nio.file.Path;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.run.RunFiles;
import org.rft4j.examples.story.ChosenMetrics;
import org.rft4j.examples.story.Openings;
import org.rft4j.examples.story.StoryExam;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * PPO with a critic network: a story teller learns to use warm words, and a second network learns to tell, word by word, how many will come.
 * GRPO compares a story with others behind the same opening; PPO compares it with what the critic expected.
 */
public final class PpoWithCritic {
    private static final int NEW_TOKENS = 32;
    private static final int LONGEST_EPISODE = 96;
    private static final int ROUNDS = 20;
    private static final int BRIEF_ROUNDS = 2;

    private PpoWithCritic() {}

    /**
     * Runs the example.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("ppo-critic", args)));
    }

    /**
     * Trains a story teller and its critic.
     *
     * @param options folder, seed, length, model
     * @return what its stories earn on held-out openings
     */
    public static ExampleOutcome run(ExampleOptions options) {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create()) {
            return learn(engine, options.model().orElseGet(work::stories), options);
        }
    }

    private static ExampleOutcome learn(TensorEngine engine, Path teller, ExampleOptions options) {
        try (LanguageModel model = LanguageModel.load(teller, engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                // The critic begins as a copy of the story teller, with a head that says 0 everywhere.
                LanguageModel body = LanguageModel.load(teller, engine);
                ValueModel critic = ValueModel.of(
                        body.weights(), Trainable.everything(), ValueModel.zeroHead(body.weights(), engine.manager()));
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, options.seed()), 1, LONGEST_EPISODE))) {
            StoryExam exam = new StoryExam(rollout, model, WarmWords.REWARD, options.brief() ? 4 : 64);
            double start = exam.hold("Before training");
            RunEnd end = train(engine, model, policy, critic, rollout, options);
            double reached = exam.hold("After training");
            Expectations.show(engine, critic, model.tokenizer(), rollout);
            System.out.println(RunFiles.of(options.folder(), end));
            return new ExampleOutcome("warm words in held-out stories, in parts of four", start, reached);
        }
    }

    private static RunEnd train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            ValueModel critic,
            EpisodeRollout rollout,
            ExampleOptions options) {
        Path folder = options.folder();
        EvaluationPlan heldOut = new EvaluationPlan(
                "held_out", Openings.heldOut(), rollout, RewardScorer.of(WarmWords.REWARD), 16, EvaluationRule.of());
        // Leaving the model as it was costs reward: 0.05 for each nat of KL. It keeps the stories readable.
        try (Reference start = Reference.copyOf(policy);
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(new Ppo(PpoOptions.TRL))
                        .reference(start)
                        .critic(ActorCritic.separate(policy, critic))
                        .tasks(Openings.trained())
                        .rollout(rollout)
                        .reward(WarmWords.REWARD)
                        .run(RunOptions.of(options.brief() ? BRIEF_ROUNDS : ROUNDS, 8, 4, options.seed()))
                        .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                        .rates(Rates.constant(5e-4))
                        .criticRates(Rates.constant(1e-3))
                        .evaluations(Evaluations.every(8, heldOut))
                        .folder(folder)
                        .listeners(
                                new ConsoleProgress(new Screen(System.out, Terminal.detect()), 8),
                                new ChosenMetrics("critic/vf_explained_var", "loss/value_avg", "objective/kl"),
                                HtmlReport.every(folder, 10))
                        .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }
}
