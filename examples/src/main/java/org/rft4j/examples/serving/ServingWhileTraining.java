package org.rft4j.examples.serving;

import java.nio.file.Path;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
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
import org.rft4j.rollout.server.PolicyServer;
import org.rft4j.rollout.server.ServedPolicy;
import org.rft4j.rollout.server.ServerOptions;

/**
 * A policy is served over OpenAI's protocol while GRPO trains it: a client asks the same three things every few rounds, and sees how dogs come into
 * the stories.
 */
public final class ServingWhileTraining {
    private static final String NAME = "story-teller";
    private static final int EVERY = 5;

    private ServingWhileTraining() {}

    /**
     * Trains, or goes on with an earlier training in the same folder.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("serving", args)));
    }

    /**
     * Trains and serves.
     *
     * @param options seed, folder, and whether briefly
     * @return how many stories behind other openings have a dog, before and after
     */
    public static ExampleOutcome run(ExampleOptions options) {
        try (WorkFolder work = WorkFolder.create();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(options.model().orElseGet(work::stories), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                // One sampler writes for both, the trainer and whoever asks the server: with the weights of the moment.
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                PolicyServer server = PolicyServer.start(
                        new ServedPolicy(NAME, sampler, model.tokenizer(), model.stopIds()), ServerOptions.DEFAULT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(DogStories.NEW_TOKENS, options.seed()), 1, 128))) {
            System.out.println("While this runs, ask it yourself from another window:");
            System.out.println(
                    "  curl " + server.baseUrl() + "/completions -H 'Content-Type: application/json' -d '{\"model\": \""
                            + NAME + "\", \"prompt\": \"Once upon a time\", \"max_tokens\": 24}'");
            StoryClient client = new StoryClient(server.baseUrl(), NAME);
            EvaluationPlan heldOut = new EvaluationPlan(
                    "held_out",
                    DogStories.heldOut(),
                    rollout,
                    RewardScorer.of(DogStories.DOG),
                    options.brief() ? 4 : 64,
                    EvaluationRule.of());
            double before = Examination.of(heldOut, model.tokenizer()).mean();
            ask(client, options.seed());
            RunEnd end = train(engine, model, policy, rollout, Evaluations.every(10, heldOut), client, options);
            double after = Examination.of(heldOut, model.tokenizer()).mean();
            System.out.println(RunFiles.of(options.folder(), end));
            return new ExampleOutcome("held-out stories with a dog", before, after);
        }
    }

    private static RunEnd train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            EpisodeRollout rollout,
            Evaluations evaluations,
            StoryClient client,
            ExampleOptions options) {
        // Listeners are called between steps, so that an answer is by the weights of one step from its first token to
        // its last.
        int every = options.brief() ? 1 : EVERY;
        RunListener asking = new RunListener() {
            @Override
            public void stepped(StepReport step) {
                if (step.step() % every == 0) {
                    ask(client, options.seed());
                }
            }
        };
        Path folder = options.folder();
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                .algorithm(Presets.grpoTrl())
                .tasks(DogStories.trained())
                .rollout(rollout)
                .reward(DogStories.DOG)
                .run(RunOptions.of(options.brief() ? 2 : 30, 8, 16, options.seed()))
                .rates(Rates.constant(3e-4))
                .evaluations(evaluations)
                .folder(folder)
                .listeners(
                        new ConsoleProgress(new Screen(System.out, Terminal.detect()), EVERY),
                        HtmlReport.every(folder, 10),
                        asking)
                .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }

    private static void ask(StoryClient client, long seed) {
        for (String opening : new String[] {"Once upon a time", "One morning, a boy", "The sun"}) {
            StoryClient.Story story = client.goOn(opening, DogStories.NEW_TOKENS, seed);
            System.out.println("  weights " + story.policyVersion() + ": " + opening + " |"
                    + story.text().replace("\n", " "));
        }
    }
}
