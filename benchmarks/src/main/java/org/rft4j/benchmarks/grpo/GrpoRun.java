package org.rft4j.benchmarks.grpo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.group.GroupOptions;
import org.rft4j.algorithms.group.GroupPolicyGradient;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.core.data.load.BadRows;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.JsonlFile;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.selection.StreamSelector;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** A trainer as {@code grpo_worker.py} has one: the same algorithm, data in the same order, reward and optimiser. */
final class GrpoRun implements AutoCloseable {
    private static final double LEARNING_RATE = 1e-6;
    private static final int LONGEST = 256;
    private static final int WITHOUT_END = 1_000_000;

    private final LanguageModel model;
    private final Policy policy;
    private final PolicySampler sampler;
    private final EpisodeRollout rollout;
    private final Optional<Reference> reference;
    private final Trainer trainer;

    GrpoRun(TensorEngine engine, Path checkpoint, Path prompts, GrpoSettings settings, RunListener listener)
            throws IOException {
        model = LanguageModel.load(checkpoint, engine);
        policy = Policy.of(model.weights(), trainable(settings));
        sampler = PolicySampler.of(
                policy, model, SamplerOptions.DEFAULT.withMaxRows(settings.prompts() * settings.group()));
        rollout = EpisodeRollout.of(
                sampler,
                EpisodeFormat.text(model.tokenizer()),
                SingleTurn.factory(),
                EpisodeOptions.of(SamplingOptions.of(settings.newTokens(), 1), 1, LONGEST));
        reference = reference(settings);
        trainer = trainer(engine, prompts, settings, listener);
    }

    private static Trainable trainable(GrpoSettings settings) {
        int rank = settings.loraRank();
        return rank == 0
                ? Trainable.everything()
                : Trainable.lora(LoraConfig.of(rank, 2.0 * rank, LoraTargets.allLinear()));
    }

    private Optional<Reference> reference(GrpoSettings settings) {
        if (settings.klCoefficient() == 0) {
            return Optional.empty();
        }
        return Optional.of(settings.loraRank() == 0 ? Reference.copyOf(policy) : Reference.withoutAdapter(policy));
    }

    private Trainer trainer(TensorEngine engine, Path prompts, GrpoSettings settings, RunListener listener)
            throws IOException {
        TrainerBuilder builder = Trainer.builder(engine, model, policy)
                .algorithm(algorithm(settings))
                .tasks(new StreamSelector(Epochs.inOrder(
                        Datasets.inMemory(
                                        JsonlFile.of(prompts), RowMapping.asIs().tasks(), BadRows.fail())
                                .records(),
                        Epochs.FOREVER)))
                .rollout(rollout)
                .reward(Reward.named("share_of_e", GrpoRun::shareOfE))
                .run(RunOptions.of(WITHOUT_END, settings.prompts(), settings.group(), 1))
                .update(UpdatePlan.DEFAULT
                        .withMicroBatches(settings.microBatch() * LONGEST, settings.microBatch())
                        .withMemory(
                                settings.recompute()
                                        ? ActivationMemory.RECOMPUTE_LAYERS
                                        : ActivationMemory.KEEP_PRODUCTS))
                .rates(Rates.constant(LEARNING_RATE))
                .checkpoints(new CheckpointPlan(0, 1, false))
                .folder(Files.createTempDirectory("rft4j-grpo"))
                .listeners(listener);
        reference.ifPresent(builder::reference);
        return builder.build();
    }

    /** TRL's own, with the aggregation that is asked for. */
    private static GroupPolicyGradient algorithm(GrpoSettings settings) {
        GroupOptions options = Presets.grpoTrl().options();
        if (settings.loss().equals("grpo")) {
            options = options.withAggregation(new Aggregation.SequenceMeanTokenMean());
        }
        if (settings.klCoefficient() > 0) {
            options = options.withKl(new KlPenalty.InLoss(
                    KlEstimator.K3, new KlCoefficient.Fixed(settings.klCoefficient()), KlPenalty.Weighting.BY_RATIO));
        }
        return new GroupPolicyGradient(options);
    }

    private static Score shareOfE(RewardSample sample) {
        String text = sample.completion();
        long found = text.chars().filter(c -> c == 'e').count();
        return Score.of(found / (double) Math.max(1, text.codePointCount(0, text.length())));
    }

    Trainer trainer() {
        return trainer;
    }

    @Override
    public void close() {
        trainer.close();
        rollout.close();
        sampler.close();
        reference.ifPresent(Reference::close);
        policy.close();
        model.close();
    }
}
