package org.rft4j.examples.critique;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.rft4j.algorithms.critique.CritiqueGrpo;
import org.rft4j.algorithms.critique.CritiqueGrpoOptions;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
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
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.run.RunFiles;
import org.rft4j.examples.story.ChosenMetrics;
import org.rft4j.examples.story.Openings;
import org.rft4j.examples.story.StoryExam;
import org.rft4j.rollout.environment.CritiqueThenRefine;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * Critique-GRPO: a story should tell of Lily, of a dog, and that somebody is happy. The untrained model tells hardly any of these. A critic reads
 * each story and says what is missing, the model goes on with that before its eyes, and learns to tell it so without the critic.
 */
public final class CritiqueGrpoStories {
    private static final int NEW_TOKENS = 32;
    private static final int LONGEST_EPISODE = 192;
    private static final int ROUNDS = 16;
    private static final int BRIEF_ROUNDS = 2;
    private static final int OPENINGS_PER_ROUND = 4;
    private static final int STORIES_PER_OPENING = 8;

    /** What first answers earned, and what the refinements that joined them did. */
    private static final String ANSWERS = "critique/answer_reward";

    private static final String REFINEMENTS = "critique/refinement_reward";

    private CritiqueGrpoStories() {}

    /**
     * Runs the example.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("critique-grpo", args)));
    }

    /**
     * Trains a story teller with a critic at its side.
     *
     * @param options folder, seed, length
     * @return which share of the wishes its stories fulfil on held-out openings
     */
    public static ExampleOutcome run(ExampleOptions options) {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create();
                LanguageModel model = LanguageModel.load(options.model().orElseGet(work::stories), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                // A right first answer ends the episode: there is nothing to criticise in it.
                EpisodeRollout criticised =
                        rollout(sampler, model, CritiqueThenRefine.by(Wish.CRITIC, Wish.REWARD, true), options);
                // What counts in the end is what the model writes when nobody helps.
                EpisodeRollout alone = rollout(sampler, model, SingleTurn.factory(), options)) {
            StoryExam exam = new StoryExam(alone, model, Wish.REWARD, options.brief() ? 4 : 64);
            double start = exam.hold("Before training");
            showCritiques(criticised, options.brief() ? 8 : 64);
            RunEnd end = train(engine, model, policy, criticised, alone, options);
            double reached = exam.hold("After training");
            System.out.println(RunFiles.of(options.folder(), end));
            return new ExampleOutcome("share of wishes in held-out stories, without a critic", start, reached);
        }
    }

    /** An episode has two turns, which both are cut off at the limit of tokens; the critic is to see them all the same. */
    private static EpisodeRollout rollout(
            PolicySampler sampler, LanguageModel model, EnvironmentFactory environment, ExampleOptions options) {
        return EpisodeRollout.of(
                sampler,
                EpisodeFormat.text(model.tokenizer()),
                environment,
                EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, options.seed()), 2, LONGEST_EPISODE)
                        .continuingCutOffTurns());
    }

    private static RunEnd train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            EpisodeRollout criticised,
            EpisodeRollout alone,
            ExampleOptions options) {
        Path folder = options.folder();
        EvaluationPlan heldOut = new EvaluationPlan(
                "held_out", Openings.heldOut(), alone, RewardScorer.of(Wish.REWARD), 16, EvaluationRule.of());
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                // In a group without a right story, the best refinement joins the first answers, as if written without
                // the critic.
                .algorithm(new CritiqueGrpo(CritiqueGrpoOptions.paper(NEW_TOKENS)))
                .tasks(Openings.trained())
                .rollout(criticised)
                .rewardOfEnvironment() // each of the two turns has its own
                .run(RunOptions.of(
                        options.brief() ? BRIEF_ROUNDS : ROUNDS,
                        OPENINGS_PER_ROUND,
                        STORIES_PER_OPENING,
                        options.seed()))
                .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                .rates(Rates.constant(4e-4))
                .evaluations(Evaluations.every(4, heldOut))
                .folder(folder)
                .listeners(
                        new ConsoleProgress(new Screen(System.out, Terminal.detect()), 8),
                        new ChosenMetrics(ANSWERS, REFINEMENTS),
                        HtmlReport.every(folder, 10))
                .build()) {
            trainer.stopOnExit();
            return trainer.runOrResume();
        }
    }

    /** What episodes look like: a story, what the critic says of it, the story told again. */
    private static void showCritiques(EpisodeRollout criticised, int stories) {
        TaskRecord opening = Openings.trained().get(0);
        List<RolloutRequest> requests = IntStream.range(0, stories)
                .mapToObj(sample -> new RolloutRequest(new SampleKey(0, opening.id(), sample, 0), opening))
                .toList();
        List<Trajectory> refined = criticised.collect(requests).stream()
                .filter(episode -> episode.turns().size() == 2)
                .toList();
        System.out.printf(
                Locale.ROOT,
                "%d stories that begin '%s' were criticised; they earned %.3f, told again %.3f. Of those that got better:%n",
                refined.size(),
                ((Prompt.Text) opening.prompt()).text(),
                mean(refined, 0),
                mean(refined, 1));
        refined.stream()
                .filter(episode -> earned(episode, 1) > earned(episode, 0))
                .limit(3)
                .forEach(CritiqueGrpoStories::show);
        System.out.println();
    }

    private static void show(Trajectory episode) {
        String critique = episode.messages().get(1).content() instanceof Content.Text said ? said.text() : "";
        System.out.printf(Locale.ROOT, "  %.2f  story     %s%n", earned(episode, 0), text(episode, 0));
        System.out.printf("        critique %s%n", StoryExam.line(critique));
        System.out.printf(Locale.ROOT, "  %.2f  retold    %s%n", earned(episode, 1), text(episode, 1));
    }

    private static double mean(List<Trajectory> episodes, int turn) {
        return episodes.stream()
                .mapToDouble(episode -> earned(episode, turn))
                .average()
                .orElse(0);
    }

    private static double earned(Trajectory episode, int turn) {
        return episode.turns().get(turn).reward();
    }

    private static String text(Trajectory episode, int turn) {
        return StoryExam.line(episode.turns().get(turn).text());
    }
}
