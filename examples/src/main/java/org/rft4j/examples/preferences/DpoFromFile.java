package org.rft4j.examples.preferences;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
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
import org.rft4j.core.trajectory.ScoredTrajectory;
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

/**
 * DPO from a preference file: a teller of children's stories learns from pairs of stories that readers like animals. Nobody tells it so: the
 * file only says which of two stories is preferred.
 */
public final class DpoFromFile {
    private static final String FILE = "preferences.jsonl";

    /** How strongly the policy is held to where it began: DPO's usual 0.1. */
    private static final double BETA = 0.1;

    private static final double LEARNING_RATE = 2e-4;
    private static final int PAIRS_PER_ROUND = 16;

    private DpoFromFile() {}

    /**
     * Trains, or goes on with an earlier training in the same folder.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("dpo", args)));
    }

    /**
     * Trains.
     *
     * @param options seed, folder, and whether briefly
     * @return how many stories behind other openings have an animal, before and after
     */
    public static ExampleOutcome run(ExampleOptions options) {
        // A folder for the story teller's files, and then, from the outside in: engine, model, what is trained of it,
        // what DPO compares with.
        try (WorkFolder work = WorkFolder.create();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(options.model().orElseGet(work::stories), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Reference start = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(
                                SamplingOptions.of(AnimalStories.NEW_TOKENS, options.seed()),
                                1,
                                AnimalStories.LONGEST))) {
            Dataset<Preference> pairs = pairs(work.path().resolve(FILE));
            show(pairs.get(0), pairs.size());

            // What was learned shows in stories that the model writes behind openings that the file does not have.
            EvaluationPlan heldOut = new EvaluationPlan(
                    "held_out",
                    AnimalStories.heldOut(),
                    rollout,
                    RewardScorer.of(AnimalStories.ANIMALS),
                    options.brief() ? 4 : 64,
                    EvaluationRule.of());
            Examination before = Examination.of(heldOut, model.tokenizer());
            show("before", before);
            RunEnd end = train(engine, model, policy, start, pairs, Evaluations.every(10, heldOut), options);
            Examination after = Examination.of(heldOut, model.tokenizer());
            show("after", after);

            System.out.println(RunFiles.of(options.folder(), end));
            return new ExampleOutcome("held-out stories with an animal", before.mean(), after.mean());
        }
    }

    /** The columns are TRL's: prompt, chosen, rejected. A bad row would end the program with its line and column. */
    static Dataset<Preference> pairs(Path file) {
        try (InputStream in = DpoFromFile.class.getResourceAsStream("/preferences/" + FILE)) {
            Files.copy(Objects.requireNonNull(in, FILE), file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Datasets.inMemory(JsonlFile.of(file), RowMapping.asIs().preferences(), BadRows.fail())
                .records();
    }

    private static RunEnd train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            Reference start,
            Dataset<Preference> pairs,
            Evaluations evaluations,
            ExampleOptions options) {
        // Pairs become tokens. The stories were cut off in the middle, so that no end token belongs behind them.
        ExampleEncoder encoder = ExampleEncoder.of(
                model.tokenizer(),
                Optional.empty(),
                EncodeOptions.of(AnimalStories.LONGEST, OverLength.REFUSE).withoutEndToken());
        Path folder = options.folder();
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                .offline(
                        PreferencePresets.dpo(BETA),
                        ExampleRows.preferences(encoder, EqualPairs.DROP),
                        Epochs.shuffled(pairs, options.seed(), Epochs.FOREVER))
                .reference(start)
                .run(RunOptions.of(options.brief() ? 2 : 30, PAIRS_PER_ROUND, 1, options.seed()))
                .rates(Rates.constant(LEARNING_RATE))
                .evaluations(evaluations)
                .folder(folder)
                .listeners(
                        new ConsoleProgress(new Screen(System.out, Terminal.detect()), 5), HtmlReport.every(folder, 10))
                .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }

    private static void show(Preference pair, int pairs) {
        System.out.println(pairs + " pairs, such as behind: " + ((Prompt.Text) pair.prompt()).text());
        System.out.println("  chosen    " + ((Answer.Text) pair.chosen()).text());
        System.out.println("  rejected  " + ((Answer.Text) pair.rejected()).text());
    }

    private static void show(String when, Examination stories) {
        System.out.println("Stories " + when + " training:");
        for (ScoredTrajectory story : stories.first()) {
            String opening = ((Prompt.Text) story.trajectory().task().prompt()).text();
            System.out.println((story.score().value() == 1 ? "  animal  " : "  none    ") + opening + " | "
                    + story.trajectory().completion().replace("\n", " "));
        }
    }
}
