package org.rft4j.examples.nft;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.nft.Nft;
import org.rft4j.algorithms.nft.NftOptions;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.examples.story.Curve;
import org.rft4j.examples.story.Openings;
import org.rft4j.examples.story.StoryExam;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * NFT against GRPO: the same story teller is to send its heroes to the park. Both algorithms get the same openings, the same number of texts,
 * the same learning rate and the same three seeds; only what is made of right and wrong texts differs.
 */
public final class NftAgainstGrpo {
    private static final int NEW_TOKENS = 24;
    private static final int LONGEST_EPISODE = 96;
    private static final int ROUNDS = 10;
    private static final int BRIEF_ROUNDS = 2;
    private static final int SEEDS = 3;
    private static final String HELD_OUT = "held_out";

    /** Right or wrong, as NFT needs it: it knows no half. */
    private static final Reward PARK =
            Reward.named("park", sample -> Score.of(sample.completion().contains(" park")));

    private static final Map<String, Supplier<Algorithm>> ALGORITHMS = algorithms();

    private NftAgainstGrpo() {}

    /** Neither has a KL penalty here, and NFT's published default has none. */
    private static Map<String, Supplier<Algorithm>> algorithms() {
        Map<String, Supplier<Algorithm>> algorithms = new LinkedHashMap<>();
        algorithms.put("grpo", Presets::grpoTrl);
        algorithms.put("nft", () -> new Nft(NftOptions.DEFAULT));
        return algorithms;
    }

    /**
     * Runs the example.
     *
     * @param args see {@link ExampleOptions}
     */
    public static void main(String[] args) {
        System.out.println(run(ExampleOptions.of("nft-vs-grpo", args)));
    }

    /**
     * Trains with both algorithms from three seeds, each run in a folder of its own.
     *
     * @param options folder, first of the three seeds, length, model
     * @return NFT's reward on held-out openings, the mean over the seeds
     */
    public static ExampleOutcome run(ExampleOptions options) {
        List<Curve> curves = new ArrayList<>();
        int seeds = options.brief() ? 1 : SEEDS;
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create()) {
            Path teller = options.model().orElseGet(work::stories);
            ALGORITHMS.forEach((name, algorithm) -> {
                for (long seed = options.seed(); seed < options.seed() + seeds; seed++) {
                    Path folder = options.folder().resolve(name + "-" + seed);
                    System.out.println("\n" + name.toUpperCase(Locale.ROOT) + ", seed " + seed);
                    train(engine, teller, algorithm.get(), seed, folder, options.brief());
                    curves.add(Curve.read(name, seed, folder, HELD_OUT));
                }
            });
        }
        Curve.write(options.folder(), "Held-out stories with a park, by rounds", curves);
        System.out.println("\n" + Comparison.table(curves));
        System.out.println("Where everything is: in " + options.folder() + " a folder for each run, such as nft-"
                + options.seed() + ",\nwith its report.html and checkpoints/step-.../model; beside them curves.csv and"
                + " curves.svg");
        List<Curve> nft =
                curves.stream().filter(curve -> curve.name().equals("nft")).toList();
        return new ExampleOutcome(
                "NFT, held-out stories with a park, mean of seeds",
                Comparison.mean(nft, Curve::start),
                Comparison.mean(nft, Curve::end));
    }

    /** Each run begins with the untrained model. */
    private static void train(
            TensorEngine engine, Path teller, Algorithm algorithm, long seed, Path folder, boolean brief) {
        try (LanguageModel model = LanguageModel.load(teller, engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, seed), 1, LONGEST_EPISODE));
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(algorithm)
                        .tasks(Openings.trained())
                        .rollout(rollout)
                        .reward(PARK)
                        .run(RunOptions.of(brief ? BRIEF_ROUNDS : ROUNDS, 4, 16, seed))
                        .update(UpdatePlan.DEFAULT.withSteps(2, 1))
                        .rates(Rates.constant(5e-4))
                        .evaluations(Evaluations.every(4, heldOut(rollout, brief ? 4 : 64)))
                        .folder(folder)
                        .listeners(
                                new ConsoleProgress(new Screen(System.out, Terminal.detect()), 1000),
                                HtmlReport.every(folder, 1000))
                        .build()) {
            StoryExam exam = new StoryExam(rollout, model, PARK, brief ? 4 : 16);
            exam.hold("Before training");
            trainer.stopOnExit();
            trainer.runOrResume();
            exam.hold("After training");
        }
    }

    private static EvaluationPlan heldOut(EpisodeRollout rollout, int texts) {
        return new EvaluationPlan(
                HELD_OUT, Openings.heldOut(), rollout, RewardScorer.of(PARK), texts, EvaluationRule.of());
    }
}
