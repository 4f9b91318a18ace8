package org.rft4j.examples.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.encode.TrainedTokens;
import org.rft4j.core.data.select.HashSplit;
import org.rft4j.core.data.stream.Epochs;
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
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.Examination;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.run.RunFiles;
import org.rft4j.rollout.environment.ToolUse;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolOptions;

/**
 * A model that cannot know an answer learns to look it up. It first imitates dialogues of a beginner, who looks up too seldom and not always the
 * right thing; then GRPO rewards episodes that end with the right answer.
 */
public final class ToolUseTraining {
    /**
     * Who speaks stands on a line of its own, and what the assistant says ends with the model's end token. The generation block is what the
     * warm-up trains.
     */
    private static final String TEMPLATE = "<s>{% for m in messages %}"
            + "{% if m['role'] == 'assistant' %}Bot\n{% generation %}{{ m['content'] }}</s>{% endgeneration %}\n"
            + "{% elif m['role'] == 'tool' %}Tool\n{{ m['content'] }}\n"
            + "{% else %}User\n{{ m['content'] }}\n{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}Bot\n{% endif %}";

    private static final int TOKENS_PER_TURN = 96;
    private static final int MOST_TURNS = 3;
    private static final int LONGEST = 320;

    private ToolUseTraining() {}

    /**
     * Trains, or goes on with an earlier training in the same folder.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("tool-use", args)));
    }

    /**
     * Trains.
     *
     * @param options seed, folder, and whether briefly
     * @return the share of right answers to questions that were not trained, before and after GRPO
     */
    public static ExampleOutcome run(ExampleOptions options) {
        try (WorkFolder work = WorkFolder.create();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(options.model().orElseGet(() -> withTemplate(work)), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(128));
                ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Dialogues.tool());
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.chat(model.tokenizer(), model.chatTemplate()),
                        ToolUse.factory(tools, ToolCallFormat.HERMES),
                        EpisodeOptions.of(SamplingOptions.of(TOKENS_PER_TURN, options.seed()), MOST_TURNS, LONGEST))) {
            HashSplit<TaskRecord> questions = HashSplit.byId(Dialogues.questions(), 0.2, "held out");
            RewardScorer scorer = RewardScorer.of(Dialogues.RIGHT);
            int samples = options.brief() ? 1 : 8;
            EvaluationPlan heldOut = new EvaluationPlan(
                    "held_out", questions.evaluation(), rollout, scorer, samples, EvaluationRule.of());
            warmUp(engine, model, policy, options);
            Examination before = Examination.of(heldOut, model.tokenizer());
            show("before", before);

            TrainerBuilder grpo = Trainer.builder(engine, model, policy)
                    .algorithm(Presets.grpoTrl())
                    .tasks(questions.train())
                    .rollout(rollout)
                    .reward(Dialogues.RIGHT)
                    .run(RunOptions.of(options.brief() ? 2 : 25, 8, 16, options.seed()))
                    .rates(Rates.constant(5e-4))
                    .evaluations(Evaluations.every(10, heldOut));
            RunEnd end = run(grpo, options.folder().resolve("grpo"));
            Examination after = Examination.of(heldOut, model.tokenizer());
            show("after", after);
            System.out.println(tools.counts());
            System.out.println(RunFiles.of(options.folder().resolve("grpo"), end));
            return new ExampleOutcome("right answers to held-out questions", before.mean(), after.mean());
        }
    }

    /** The teller of stories knows no dialogues, so that its folder has no template. */
    private static Path withTemplate(WorkFolder work) {
        try {
            Path model = work.stories();
            Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Supervised fine-tuning on what the assistant says in a beginner's dialogues; what users and tools say is not trained. */
    private static void warmUp(TensorEngine engine, LanguageModel model, Policy policy, ExampleOptions options) {
        ExampleEncoder encoder = ExampleEncoder.of(
                model.tokenizer(),
                Optional.of(model.chatTemplate()),
                EncodeOptions.of(LONGEST, OverLength.REFUSE).training(TrainedTokens.ASSISTANT));
        TrainerBuilder imitation = Trainer.builder(engine, model, policy)
                .offline(
                        LikelihoodPresets.sft(),
                        ExampleRows.completions(encoder),
                        Epochs.shuffled(Dialogues.beginners(800, options.seed()), options.seed(), Epochs.FOREVER))
                .run(RunOptions.of(options.brief() ? 2 : 120, 32, 1, options.seed()))
                .update(UpdatePlan.DEFAULT.withoutEntropy()) // that it falls is what imitation is for
                .rates(Rates.constant(2e-3));
        run(imitation, options.folder().resolve("warm-up"));
    }

    private static RunEnd run(TrainerBuilder builder, Path folder) {
        try (Trainer trainer = builder.folder(folder)
                .listeners(
                        new ConsoleProgress(new Screen(System.out, Terminal.detect()), 10),
                        HtmlReport.every(folder, 20))
                .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }

    private static void show(String when, Examination episodes) {
        System.out.println("Episodes " + when + " GRPO, about things that are not trained:");
        for (ScoredTrajectory scored : episodes.first().subList(0, 5)) {
            Trajectory episode = scored.trajectory();
            System.out.println((scored.score().value() == 1 ? "  right: " : "  wrong: ")
                    + episode.task().id() + ", tokens " + mask(episode.trace().trained()));
            for (ChatMessage message : episode.messages()) {
                String text = message.content() instanceof Content.Text words ? words.text() : "";
                System.out.println("    " + message.role() + ": " + text);
            }
        }
    }

    /** Which tokens are trained, from the first to the last: what the policy wrote itself. */
    private static String mask(boolean[] trained) {
        List<String> parts = new ArrayList<>();
        for (int from = 0, to = 0; from < trained.length; from = to) {
            while (to < trained.length && trained[to] == trained[from]) {
                to++;
            }
            parts.add((to - from) + (trained[from] ? " trained" : " not"));
        }
        return String.join(", ", parts);
    }
}
