package org.rft4j.examples.addition;

import java.nio.file.Path;
import java.util.List;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
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
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.run.Examination;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.run.RunFiles;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.selection.DynamicSampling;
import org.rft4j.rollout.selection.DynamicSamplingOptions;
import org.rft4j.rollout.selection.LimitRule;

/**
 * Teaches a small chat model sums of two digits from 0 to 9 with GRPO: 80 of the 100 sums are trained, 20 held out. Needs the folder of a chat
 * model, such as a MiniMind2-Small.
 */
public final class Addition {
    /** What is trained. {@code Trainable.everything()} wants a smaller learning rate, 5e-6. */
    private static final Trainable ADAPTER = Trainable.lora(LoraConfig.of(16, 32, LoraTargets.allLinear()));

    private static final double LEARNING_RATE = 3e-4;

    /** About eight seconds each on two cores. More rounds learn more of the trained sums, see docs/addition.md. */
    private static final int ROUNDS = 40;

    private static final int SUMS_PER_ROUND = 8;
    private static final int NEW_TOKENS = 32;
    private static final int LONGEST = 512;

    private Addition() {}

    /**
     * Trains, or goes on with an earlier training in the same folder.
     *
     * @param args see {@link ExampleOptions}; {@code --model} is required
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("addition", args)));
    }

    /**
     * Trains.
     *
     * @param options the model, and seed, folder, and whether briefly
     * @return the share of right answers to sums that were not trained, before and after
     */
    public static ExampleOutcome run(ExampleOptions options) {
        Path folder = options.model()
                .orElseThrow(() -> new InvalidInputException(
                        "--model", "missing", "must name the folder of a chat model", "write --model MODEL_FOLDER"));
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(folder, engine);
                Policy policy = Policy.of(model.weights(), ADAPTER);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(128));
                EpisodeRollout rollout = rollout(sampler, model, options.seed());
                EpisodeRollout asking = rollout(sampler, model, options.seed() + 1)) {
            Sums sums = Sums.divided();
            int samples = options.brief() ? 1 : 8;
            EvaluationPlan heldOut = plan("heldOut", sums.heldOut(), asking, samples);
            Examination before = Examination.of(heldOut, model.tokenizer());
            show("before", before);
            RunEnd end = train(
                    engine,
                    model,
                    policy,
                    rollout,
                    sums,
                    evaluations(heldOut, plan("trained", sums.trained(), asking, samples), options.brief()),
                    options);
            Examination after = Examination.of(heldOut, model.tokenizer());
            show("after", after);
            System.out.println(RunFiles.of(options.folder(), end));
            return new ExampleOutcome("right answers to held-out sums", before.mean(), after.mean());
        }
    }

    /** The chat template turns a question into what the model was taught to answer. An answer has 32 tokens at most. */
    private static EpisodeRollout rollout(PolicySampler sampler, LanguageModel model, long seed) {
        return EpisodeRollout.of(
                sampler,
                EpisodeFormat.chat(model.tokenizer(), model.chatTemplate()),
                SingleTurn.factory(),
                EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, seed), 1, LONGEST));
    }

    private static EvaluationPlan plan(String name, List<TaskRecord> sums, EpisodeRollout asking, int samples) {
        return new EvaluationPlan(
                name, Datasets.of(sums), asking, RewardScorer.of(Sums.RIGHT), samples, EvaluationRule.of(1));
    }

    /** The held-out sums say whether addition is learned, the trained ones whether anything is. The best weights are kept. */
    private static Evaluations evaluations(EvaluationPlan heldOut, EvaluationPlan trained, boolean brief) {
        return brief
                ? Evaluations.every(ROUNDS, heldOut)
                : Evaluations.every(20, trained, heldOut).keepingBest(Goal.highest("eval_trained_reward"));
    }

    private static RunEnd train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            EpisodeRollout rollout,
            Sums sums,
            Evaluations evaluations,
            ExampleOptions options) {
        Path folder = options.folder();
        // Sums that are always right or always wrong teach nothing: eight others are looked for among 32.
        DynamicSamplingOptions undecided = new DynamicSamplingOptions(
                SUMS_PER_ROUND, 2, 16, 1, DynamicSamplingOptions.Surplus.DROPPED, LimitRule.fewer());
        RunOptions run = options.brief()
                ? RunOptions.of(2, 2, 4, options.seed())
                : RunOptions.of(ROUNDS, SUMS_PER_ROUND, 16, options.seed());
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                .algorithm(Presets.grpoTrl())
                .tasks(Datasets.of(sums.trained()))
                .rollout(rollout)
                .reward(Sums.RIGHT)
                .gathering((tasks, source) -> new DynamicSampling(tasks, source, GroupRule.rewardsDiffer(), undecided))
                .run(run)
                .update(UpdatePlan.DEFAULT.withMicroBatches(4096, 64))
                .rates(Rates.constant(LEARNING_RATE))
                .evaluations(evaluations)
                .folder(folder)
                .listeners(
                        new ConsoleProgress(new Screen(System.out, Terminal.detect()), 5), HtmlReport.every(folder, 20))
                .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }

    private static void show(String when, Examination answers) {
        System.out.println("Answers " + when + " training, to sums that are not trained:");
        for (ScoredTrajectory answer : answers.first().subList(0, 6)) {
            String text = answer.trajectory().completion().replace("\n", " ");
            System.out.println((answer.score().value() == 1 ? "  right  " : "  wrong  ")
                    + answer.trajectory().task().id() + " = " + text);
        }
    }
}
