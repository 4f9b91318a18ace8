package org.rft4j.examples.sql;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.load.Datasets;
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
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.Examination;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.run.RunFiles;
import org.rft4j.rewards.sql.SqlEngine;
import org.rft4j.rewards.sql.SqlLimits;
import org.rft4j.rewards.sql.SqlReward;
import org.rft4j.rewards.sql.SqlRunner;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * A model writes SQL queries for questions; a query earns 1 if a database gives the right rows for it. A teller of stories first learns what
 * queries look like from a beginner who is often wrong, and then, by GRPO, which of them are right.
 */
public final class SqlRewards {
    private static final int NEW_TOKENS = 80;
    private static final int LONGEST = 160;

    private SqlRewards() {}

    /**
     * Trains, or goes on with an earlier training in the same folder.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("sql", args)));
    }

    /**
     * Trains.
     *
     * @param options seed, folder, and whether briefly
     * @return the share of right queries for questions that were not trained, before and after GRPO
     */
    public static ExampleOutcome run(ExampleOptions options) {
        // Queries run in two other processes, which see the table of pets and nothing else of this machine.
        try (SqlRunner database = new SqlRunner(SqlEngine.SQLITE, SqlLimits.DEFAULT, 2);
                WorkFolder work = WorkFolder.create();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(options.model().orElseGet(work::stories), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(128));
                EpisodeRollout rollout = rollout(sampler, model, options.seed())) {
            // A question stays on its side whatever the seed: the side follows from its text.
            HashSplit<TaskRecord> questions =
                    HashSplit.by(Datasets.of(PetQuestions.all()), TaskRecord::id, 0.2, "held out");
            SqlReward rows = new SqlReward(
                    database, question -> PetQuestions.PETS, PetQuestions.GOLD, SqlReward.Options.EXECUTION_ONLY);
            RewardScorer scorer = RewardScorer.of(rows);
            int samples = options.brief() ? 1 : 8;
            EvaluationPlan heldOut = new EvaluationPlan(
                    "held_out", questions.evaluation(), rollout, scorer, samples, EvaluationRule.of());

            warmUp(engine, model, policy, questions, options);
            Examination before = Examination.of(heldOut, model.tokenizer());
            show("before", before);

            TrainerBuilder grpo = Trainer.builder(engine, model, policy)
                    .algorithm(Presets.grpoTrl())
                    .tasks(questions.train())
                    .rollout(rollout)
                    .reward(rows)
                    .run(RunOptions.of(options.brief() ? 2 : 30, 8, 16, options.seed()))
                    .rates(Rates.constant(5e-4))
                    .evaluations(Evaluations.every(10, heldOut));
            RunEnd end = run(grpo, options.folder().resolve("grpo"));
            Examination after = Examination.of(heldOut, model.tokenizer());
            show("after", after);

            System.out.println(RunFiles.of(options.folder().resolve("grpo"), end));
            return new ExampleOutcome("right queries for held-out questions", before.mean(), after.mean());
        }
    }

    /** One turn of at most so many tokens: the query. */
    private static EpisodeRollout rollout(PolicySampler sampler, LanguageModel model, long seed) {
        return EpisodeRollout.of(
                sampler,
                EpisodeFormat.text(model.tokenizer()),
                SingleTurn.factory(),
                EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, seed), 1, LONGEST));
    }

    /** Supervised fine-tuning on a beginner's answers, none of them to a question that is held out. */
    private static void warmUp(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            HashSplit<TaskRecord> questions,
            ExampleOptions options) {
        List<PromptCompletion> pairs = PetQuestions.beginners(questions.train(), 8, options.seed());
        System.out.println(pairs.size() + " answers of a beginner, such as:");
        for (PromptCompletion pair : pairs.subList(0, 4)) {
            System.out.println("  " + ((Prompt.Text) pair.prompt()).text() + ((Answer.Text) pair.completion()).text());
        }
        ExampleEncoder encoder =
                ExampleEncoder.of(model.tokenizer(), Optional.empty(), EncodeOptions.of(LONGEST, OverLength.REFUSE));
        TrainerBuilder imitation = Trainer.builder(engine, model, policy)
                .offline(
                        LikelihoodPresets.sft(),
                        ExampleRows.completions(encoder),
                        Epochs.shuffled(Datasets.of(pairs), options.seed(), Epochs.FOREVER))
                .run(RunOptions.of(options.brief() ? 2 : 150, 32, 1, options.seed()))
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

    private static void show(String when, Examination answers) {
        System.out.println("Queries " + when + " GRPO, for questions that are not trained:");
        for (ScoredTrajectory answer : answers.first().subList(0, 8)) {
            System.out.println((answer.score().value() == 1 ? "  right  " : "  wrong  ")
                    + answer.trajectory().task().id()
                    + " "
                    + answer.trajectory().completion());
        }
    }
}
