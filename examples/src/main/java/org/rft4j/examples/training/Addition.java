package org.rft4j.examples.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.evaluation.EarlyStop;
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
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.random.KeyedRandom;
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
 * model, such as a MiniMind2-small.
 *
 * <pre>{@code
 * ./mvnw -q -Pfast,demo package -Ddemo.main=org.rft4j.examples.training.Addition -Ddemo.args="MODEL_FOLDER RUN_FOLDER lora"
 * }</pre>
 */
public final class Addition {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private static final long SEED = 17;

    private static final int NEW_TOKENS = 32;

    /** Sums that are always right or always wrong teach nothing: eight others are looked for among 32. */
    private static final DynamicSamplingOptions UNDECIDED_SUMS =
            new DynamicSamplingOptions(8, 2, 16, 1, DynamicSamplingOptions.Surplus.DROPPED, LimitRule.fewer());

    private Addition() {}

    /**
     * Trains, or goes on with an earlier training in the same folder.
     *
     * @param args the model's folder, the run's folder, {@code lora} or {@code full}, and if wanted the learning rate and the rounds
     */
    public static void main(String[] args) {
        boolean lora = args[2].equals("lora");
        double rate = args.length > 3 ? Double.parseDouble(args[3]) : lora ? 3e-4 : 5e-6;
        long rounds = args.length > 4 ? Long.parseLong(args[4]) : 400;
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(2));
                LanguageModel model = LanguageModel.load(Path.of(args[0]), engine);
                Policy policy = Policy.of(
                        model.weights(),
                        lora
                                ? Trainable.lora(LoraConfig.of(16, 32, LoraTargets.allLinear()))
                                : Trainable.everything());
                PolicySampler sampler = PolicySampler.of(
                        policy,
                        model,
                        new SamplerOptions(128, 16, 4, 1L << 30, false, false, SamplerOptions.DEFAULT.rendering()))) {
            train(engine, model, policy, sampler, Path.of(args[1]), Rates.constant(rate), rounds);
        }
    }

    private static void train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            PolicySampler sampler,
            Path folder,
            Rates rates,
            long rounds) {
        List<TaskRecord> trained = new ArrayList<>();
        List<TaskRecord> heldOut = new ArrayList<>();
        sums(trained, heldOut);
        Reward right = Reward.named("right", Addition::right);
        EpisodeFormat format = EpisodeFormat.chat(model.tokenizer(), model.chatTemplate());
        try (EpisodeRollout rollout = rollout(sampler, format, SEED);
                EpisodeRollout examination = rollout(sampler, format, SEED + 1);
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(Presets.grpoTrl())
                        .tasks(Datasets.of(trained))
                        .rollout(rollout)
                        .reward(right)
                        .gathering((tasks, source) ->
                                new DynamicSampling(tasks, source, GroupRule.rewardsDiffer(), UNDECIDED_SUMS))
                        .run(RunOptions.of(rounds, 8, 16, SEED))
                        .update(UpdatePlan.DEFAULT.withMicroBatches(4096, 64))
                        .rates(rates)
                        .evaluations(evaluations(trained, heldOut, examination, right))
                        .folder(folder)
                        .listeners(
                                new ConsoleProgress(new Screen(System.out, Terminal.detect()), 5),
                                HtmlReport.every(folder, 20))
                        .build()) {
            System.out.println(trainer.runOrResume());
        }
    }

    /** Both the sums that are trained and those that are not, at temperature 1; the run ends when the former are good enough. */
    private static Evaluations evaluations(
            List<TaskRecord> trained, List<TaskRecord> heldOut, EpisodeRollout examination, Reward right) {
        Goal goal = Goal.highest("eval_trained_reward");
        return Evaluations.every(
                        20,
                        new EvaluationPlan(
                                "trained",
                                Datasets.of(trained),
                                examination,
                                RewardScorer.of(right),
                                8,
                                EvaluationRule.of(1)),
                        new EvaluationPlan(
                                "heldOut",
                                Datasets.of(heldOut),
                                examination,
                                RewardScorer.of(right),
                                8,
                                EvaluationRule.of(1)))
                .keepingBest(goal)
                .stopping(new EarlyStop(goal, 1000, 0, OptionalDouble.of(0.9)));
    }

    private static EpisodeRollout rollout(PolicySampler sampler, EpisodeFormat format, long seed) {
        return EpisodeRollout.of(
                sampler, format, SingleTurn.factory(), EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, seed), 1, 512));
    }

    /** Which sums are held out is drawn once, and the same in every run. */
    private static void sums(List<TaskRecord> trained, List<TaskRecord> heldOut) {
        List<TaskRecord> all = new ArrayList<>();
        for (int a = 0; a < 10; a++) {
            for (int b = 0; b < 10; b++) {
                Prompt prompt =
                        Prompt.of(ChatMessage.user("What is " + a + " + " + b + "? Answer with the number only."));
                all.add(new TaskRecord(a + "+" + b, prompt, Map.of("answer", a + b)));
            }
        }
        KeyedRandom random = KeyedRandom.ofSeed(SEED).derive("held out");
        for (int i = 0; i < 20; i++) {
            heldOut.add(all.remove((int) (random.uniform(i) * all.size())));
        }
        trained.addAll(all);
    }

    /** 1 if the last number of the answer is the sum. */
    private static Score right(RewardSample sample) {
        Matcher number = NUMBER.matcher(sample.completion());
        String last = "";
        while (number.find()) {
            last = number.group();
        }
        return Score.of(last.equals(sample.task().text("answer")));
    }
}
