package org.rft4j.examples.training;

import java.nio.file.Path;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * GRPO with the Trainer: a story teller learns to use short words. Watch it on the console; the run's folder has logs, checkpoints and
 * {@code report.html}, and a run that was stopped goes on if it is started again. Optional arguments: a number of rounds, a folder.
 */
public final class FirstTraining {
    private FirstTraining() {}

    /**
     * Trains the story teller that comes along.
     *
     * @param args how many rounds, and the run's folder; each optional
     */
    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 25;
        Path folder = Path.of(args.length > 1 ? args[1] : "runs/first");
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create();
                LanguageModel model = LanguageModel.load(work.stories(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            Screen screen = new Screen(System.out, Terminal.detect());
            RunListener report = HtmlReport.every(folder, 10);
            train(
                    engine,
                    model,
                    policy,
                    RunOptions.of(rounds, 4, 8, 1),
                    folder,
                    new ConsoleProgress(screen, 5),
                    report);
        }
    }

    static void train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            RunOptions run,
            Path folder,
            RunListener... listeners) {
        EpisodeOptions episodes = EpisodeOptions.of(SamplingOptions.of(ShortWords.MAX_NEW_TOKENS, run.seed()), 1, 512);
        try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly());
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler, EpisodeFormat.text(model.tokenizer()), SingleTurn.factory(), episodes);
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(Presets.grpoTrl())
                        .tasks(ShortWords.tasks())
                        .rollout(rollout)
                        .reward(RewardScorer.of(ShortWords.reward()))
                        .run(run)
                        .update(GrpoLoop.PLAN)
                        .rates(Rates.constant(GrpoLoop.LEARNING_RATE))
                        .folder(folder)
                        .listeners(listeners)
                        .build()) {
            trainer.stopOnExit();
            trainer.runOrResume();
        }
    }
}
