package org.rft4j.training;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.algorithms.group.GroupOptions;
import org.rft4j.algorithms.group.GroupPolicyGradient;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.iterated.BestWorstPair;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.likelihood.LikelihoodPresets;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.algorithms.unpaired.Neighbour;
import org.rft4j.algorithms.unpaired.UnpairedPresets;
import org.rft4j.algorithms.unpaired.UnpairedRows;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.encode.EncodeOptions;
import org.rft4j.core.data.encode.EqualPairs;
import org.rft4j.core.data.encode.ExampleEncoder;
import org.rft4j.core.data.encode.ExampleRows;
import org.rft4j.core.data.encode.OverLength;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.data.stream.ExampleStream;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.CheckpointPlan;
import org.rft4j.core.trainer.Evaluations;
import org.rft4j.core.trainer.Overlap;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.core.trainer.TrainerBuilder;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rewards.combine.WeightSchedule;
import org.rft4j.rewards.run.Normalisation;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rewards.run.RewardPanel;
import org.rft4j.rewards.run.Weight;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.selection.DynamicSampling;
import org.rft4j.rollout.selection.DynamicSamplingOptions;

/** A run of a few seconds on a real model of 260,000 parameters, in several ways that have much to remember. */
final class SmallRun implements AutoCloseable {
    static final int ROUNDS = 6;

    private static final long SEED = 11;
    private static final List<String> BEGINNINGS = List.of(
            "Once upon a time", "The dog", "Lily saw a", "Tom and", "One day", "The big red", "Mom said", "A bird");

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final TensorEngine engine = own(TensorEngine.start(EngineOptions.onCpu()));
    private final LanguageModel model = own(LanguageModel.load(stories(), engine));
    private final Policy policy;
    private final TrainerBuilder builder;

    /** What a run has to remember besides weights and optimiser. */
    enum Kind {
        /** All weights, a reference, an adaptive coefficient, normalised rewards. */
        GRPO,
        /** An adapter, groups that are carried from one round to the next. */
        DYNAMIC,
        /** Batches that were sampled ahead by a copy of the policy. */
        OVERLAP,
        /** A critic with an optimiser of its own. */
        PPO,
        /** Demonstrations, several in a row of the model. */
        OFFLINE,
        /** Preferences, and a reference that follows the policy. */
        PAIRS,
        /** Labels, and the mean of all rewards so far. */
        LABELS,
        /** Pairs that are chosen among samples, compared with the weights with which their round began. */
        ITERATED;

        boolean samples() {
            return this != OFFLINE && this != PAIRS && this != LABELS;
        }
    }

    SmallRun(Kind kind, Path folder, RunListener... listeners) {
        policy = own(Policy.of(
                model.weights(),
                kind == Kind.DYNAMIC
                        ? Trainable.lora(LoraConfig.of(4, 8, LoraTargets.allLinear()))
                        : Trainable.everything()));
        builder = Trainer.builder(engine, model, policy)
                .run(RunOptions.of(ROUNDS, 4, 4, SEED))
                .update(UpdatePlan.DEFAULT.withSteps(2, 2).withMicroBatches(128, 4))
                .rates(Rates.constant(kind == Kind.DYNAMIC ? 1e-3 : 1e-4))
                .checkpoints(new CheckpointPlan(1, 2, false))
                .folder(folder)
                .listeners(listeners);
        builder.evaluations(evaluations());
        if (!kind.samples()) {
            offline(kind);
        } else {
            builder.tasks(Datasets.of(tasks("train", 0, 6))).reward(rewards());
            online(kind);
        }
    }

    private void offline(Kind kind) {
        builder.run(RunOptions.of(ROUNDS, 5, 1, SEED));
        ExampleEncoder encoder =
                ExampleEncoder.of(model.tokenizer(), Optional.empty(), EncodeOptions.of(64, OverLength.KEEP_START));
        List<Preference> pairs = pairs();
        switch (kind) {
            case OFFLINE ->
                builder.update(UpdatePlan.DEFAULT.withSteps(2, 2).withLayout(BatchLayout.packed(64)))
                        .offline(
                                LikelihoodPresets.sft(),
                                ExampleRows.completions(encoder),
                                shuffled(pairs.stream()
                                        .map(one ->
                                                new PromptCompletion(one.id(), one.prompt(), one.chosen(), Map.of()))
                                        .toList()));
            case PAIRS ->
                builder.reference(own(Reference.averageOf(policy, 2, 0.5)))
                        .offline(
                                PreferencePresets.dpo(0.1),
                                ExampleRows.preferences(encoder, EqualPairs.DROP),
                                shuffled(pairs));
            case LABELS ->
                builder.reference(own(Reference.copyOf(policy)))
                        .offline(
                                UnpairedPresets.bco(),
                                new UnpairedRows(RowEncoder.of(encoder), Neighbour.NONE, Optional.empty()),
                                shuffled(pairs.stream()
                                        .flatMap(one -> one.unpaired().stream())
                                        .toList()));
            default -> throw new IllegalArgumentException(kind + " samples");
        }
    }

    private static <T extends Example> ExampleStream<T> shuffled(List<T> examples) {
        return Epochs.shuffled(Datasets.of(examples), SEED, Epochs.FOREVER);
    }

    private static List<Preference> pairs() {
        List<Preference> pairs = new ArrayList<>();
        for (int i = 0; i < BEGINNINGS.size(); i++) {
            pairs.add(new Preference(
                    "example-" + i,
                    Prompt.of(BEGINNINGS.get(i)),
                    Answer.of(", there was a tree. " + BEGINNINGS.get(BEGINNINGS.size() - 1 - i)),
                    Answer.of(" was a dog. " + BEGINNINGS.get(i)),
                    Map.of()));
        }
        return pairs;
    }

    private void online(Kind kind) {
        switch (kind) {
            case GRPO ->
                builder.algorithm(grpo(Needs.OldLogProbs.ROUND_START))
                        .reference(own(Reference.copyOf(policy)))
                        .rollout(rollout(ofPolicy(), 16));
            case DYNAMIC ->
                builder.algorithm(grpo(Needs.OldLogProbs.ROUND_START))
                        .reference(own(Reference.withoutAdapter(policy)))
                        .rollout(rollout(ofPolicy(), 16))
                        .gathering((selector, source) -> new DynamicSampling(
                                selector,
                                source,
                                GroupRule.rewardsDiffer(),
                                DynamicSamplingOptions.of(3, 1).withRounds(2, 4)));
            case OVERLAP -> {
                FrozenReference copy = own(Reference.copyOf(policy));
                builder.algorithm(grpo(Needs.OldLogProbs.SAMPLER))
                        .reference(own(Reference.copyOf(policy)))
                        .overlap(new Overlap(copy, 1))
                        .rollout(rollout(own(PolicySampler.of(copy, model, SamplerOptions.DEFAULT.strictly())), 16));
            }
            case PPO ->
                builder.algorithm(new Ppo(PpoOptions.TRL.withKl(Optional.of(
                                new KlPenalty.InReward(KlEstimator.K1, new KlCoefficient.Adaptive(0.05, 1e-3, 20))))))
                        .reference(own(Reference.copyOf(policy)))
                        .critic(critic())
                        .criticRates(Rates.constant(1e-3))
                        .rollout(rollout(ofPolicy(), 16));
            case ITERATED ->
                builder.iterated(PreferencePresets.iterativeDpo(0.1), new BestWorstPair(0))
                        .rollout(rollout(ofPolicy(), 16));
            default -> throw new IllegalArgumentException(kind + " samples nothing");
        }
    }

    Trainer trainer() {
        return own(builder.build());
    }

    private ActorCritic critic() {
        LanguageModel other = own(LanguageModel.load(stories(), engine));
        return ActorCritic.separate(
                policy,
                ValueModel.of(
                        other.weights(),
                        Trainable.lastLayers(2, false),
                        ValueModel.zeroHead(other.weights(), engine.manager())));
    }

    private static GroupPolicyGradient grpo(Needs.OldLogProbs old) {
        GroupOptions options = Presets.grpo().options();
        return new GroupPolicyGradient(options.withOldLogProbs(old)
                .withKl(new KlPenalty.InLoss(
                        KlEstimator.K3, new KlCoefficient.Adaptive(0.04, 1e-4, 20), KlPenalty.Weighting.PLAIN)));
    }

    private PolicySampler ofPolicy() {
        return own(PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly()));
    }

    private Rollout rollout(PolicySampler sampler, int newTokens) {
        return own(EpisodeRollout.of(
                sampler,
                EpisodeFormat.text(model.tokenizer()),
                SingleTurn.factory(),
                EpisodeOptions.of(SamplingOptions.of(newTokens, SEED), 1, 64)));
    }

    /** One normalised over the run, one whose weight follows a schedule. */
    private RewardScorer rewards() {
        RewardPanel panel = own(new RewardPanel(
                List.of(
                        PanelMember.ofSample(Reward.named("e", sample -> share(sample, 'e'))),
                        PanelMember.ofSample(Reward.named("a", sample -> share(sample, 'a')))
                                .weighing(new Weight.Scheduled(WeightSchedule.linear(0, 1, ROUNDS)))),
                new Normalisation.Running(1e-4),
                2,
                4));
        return panel.scorer();
    }

    private static Score share(RewardSample sample, char letter) {
        String text = sample.completion();
        return Score.of(text.chars().filter(c -> c == letter).count() / (double) Math.max(1, text.length()));
    }

    private Evaluations evaluations() {
        EvaluationPlan plan = new EvaluationPlan(
                "eval",
                Datasets.of(tasks("held-out", 6, 8)),
                rollout(ofPolicy(), 12),
                RewardScorer.of(Reward.named("e", sample -> share(sample, 'e'))),
                2,
                EvaluationRule.of(1));
        return Evaluations.every(3, plan).keepingBest(Goal.highest("eval_reward"));
    }

    private static List<TaskRecord> tasks(String name, int from, int to) {
        List<TaskRecord> tasks = new ArrayList<>();
        for (int i = from; i < to; i++) {
            tasks.add(TaskRecord.of(name + "-" + i, BEGINNINGS.get(i)));
        }
        return tasks;
    }

    private static Path stories() {
        try {
            return Path.of(Objects.requireNonNull(SmallRun.class.getResource("/models/stories260K/config.json"))
                            .toURI())
                    .resolveSibling("");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T own(T one) {
        owned.push(one);
        return one;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
