package org.rft4j.examples.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.diagnosis.DiagnosisOptions;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * GRPO from end to end on a real model that comes along: a story teller of 260,000 parameters learns to have somebody speak. Shows what it
 * writes before and after, a progress bar and evaluations on openings that it is not trained on, and leaves a report and checkpoints.
 * Ctrl-C ends it with a checkpoint; started again, it goes on.
 */
public final class Quickstart {
    private static final String HELD_OUT = "eval_held_out_reward";

    /** Rather sure of itself, so that texts of a model this small are readable; the same before and after. */
    private static final GenerateOptions SHOWN =
            new GenerateOptions(Speech.LONGEST, SamplingFilter.temperature(0.6), 4);

    private Quickstart() {}

    /**
     * Trains.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        run(ExampleOptions.of("quickstart", args));
    }

    /**
     * Trains, or goes on with what was broken off.
     *
     * @param options where, and how much
     * @return the share of stories with held-out openings in which somebody speaks
     */
    public static ExampleOutcome run(ExampleOptions options) {
        boolean goesOn = Files.isDirectory(options.folder().resolve("checkpoints"));
        say("A model of 260,000 parameters, which writes children's stories, learns to have somebody speak: a story");
        say("earns 1 if it holds something said, of two words or more between quotation marks, and otherwise 0.");
        if (goesOn) {
            say("\n%s holds a run, which goes on where it was. To start over, delete that folder.", options.folder());
        }
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create();
                LanguageModel model = LanguageModel.load(options.model().orElseGet(work::stories), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                FrozenReference start = Reference.copyOf(policy);
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly());
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(Speech.LONGEST, options.seed()), 1, 512))) {
            if (!goesOn) {
                show("Before training", model);
            }
            return train(engine, model, policy, start, rollout, options);
        }
    }

    private static ExampleOutcome train(
            TensorEngine engine,
            LanguageModel model,
            Policy policy,
            FrozenReference start,
            EpisodeRollout rollout,
            ExampleOptions options) {
        HeldOut heldOut = new HeldOut();
        try (Trainer trainer = Trainer.builder(engine, model, policy)
                .algorithm(Presets.grpo()) // clipped ratios, advantages within a group, a little KL to the start
                .reference(start)
                .tasks(Speech.trained())
                .rollout(rollout)
                .reward(Speech.SOMEBODY_SPEAKS)
                .run(RunOptions.of(options.brief() ? 2 : 25, 8, 8, options.seed())) // rounds, openings, texts each
                .rates(Rates.constant(2e-4)) // a model of billions of parameters takes 1e-6
                .evaluations(evaluations(rollout, options.brief() ? 2 : 32))
                .checkpoints(new CheckpointPlan(10, 1, true))
                .diagnosis(DiagnosisOptions.DEFAULT.withTruncatedShare(1)) // only beginnings are asked for
                .folder(options.folder())
                .listeners(
                        new ConsoleProgress(new Screen(System.out, Terminal.detect()), 5),
                        HtmlReport.every(options.folder(), 10),
                        heldOut)
                .build()) {
            trainer.stopOnExit();
            say("");
            RunEnd end = trainer.runOrResume();
            tell(end, options.folder(), model);
        }
        return heldOut.outcome();
    }

    private static Evaluations evaluations(EpisodeRollout rollout, int texts) {
        EvaluationPlan heldOut = new EvaluationPlan(
                "held_out",
                Speech.heldOut(),
                rollout,
                RewardScorer.of(Speech.SOMEBODY_SPEAKS),
                texts,
                EvaluationRule.of());
        return Evaluations.every(5, heldOut).keepingBest(Goal.highest(HELD_OUT));
    }

    private static void show(String when, LanguageModel model) {
        say("\n%s, with openings that it is not trained on:", when);
        for (String opening : Speech.HELD_OUT) {
            String text = continued(opening, model).replace('\n', ' ');
            say("  [%d] %s ...", Speech.somebodySpeaks(text) ? 1 : 0, text);
        }
    }

    /** Opening and continuation decoded together: by itself a text of this tokenizer loses the blank that it begins with. */
    private static String continued(String opening, LanguageModel model) {
        LongStream prompt =
                LongStream.of(model.tokenizer().encode(opening, false).ids());
        LongStream more = model.generate(opening, SHOWN).ids().stream().mapToLong(id -> id);
        return model.tokenizer().decode(LongStream.concat(prompt, more).toArray(), true);
    }

    private static void tell(RunEnd end, Path folder, LanguageModel model) {
        if (end.reason() == RunEnd.Reason.STOPPED) {
            say(
                    "\nStopped after step %d. The same command goes on from there; to start over, delete %s.",
                    end.steps(), folder);
            return;
        }
        show("After training", model);
        say("\nWhat there is now, in %s:", folder.toAbsolutePath().normalize());
        say("  report.html       learning curves, samples and findings; open it in a browser");
        say("  metrics.jsonl     every number of every step");
        say("  completions.jsonl what was written while it learned, with rewards");
        Path best = end.best().or(end::last).orElseThrow(); // none is best where the start was not surpassed
        say(
                "  %s/model  the model, as transformers and LanguageModel.load read it",
                folder.toAbsolutePath().relativize(best));
        say("\nThree things to try:");
        say(
                "  * another reward: change Speech.java in examples/src/main/java/org/rft4j/examples/quickstart, delete the folder");
        say("  * the same loop with nothing hidden, GrpoLoop: add -Ddemo.main=org.rft4j.examples.training.GrpoLoop");
        say("  * your own model and data: docs/training.md, and the other examples in examples/README.md");
    }

    private static void say(String line, Object... values) {
        System.out.printf(line + "%n", values);
    }

    /** Keeps what evaluations came to. */
    private static final class HeldOut implements RunListener {
        private final TreeMap<Long, Double> rewards = new TreeMap<>();

        @Override
        public void evaluated(EvaluationReport evaluation) {
            rewards.put(evaluation.step(), evaluation.metrics().get(HELD_OUT));
        }

        /** A run that went on when it was over has evaluated nothing. */
        ExampleOutcome outcome() {
            double first = rewards.isEmpty() ? Double.NaN : rewards.firstEntry().getValue();
            double last = rewards.isEmpty() ? Double.NaN : rewards.lastEntry().getValue();
            return new ExampleOutcome("stories in which somebody speaks", first, last);
        }
    }
}
