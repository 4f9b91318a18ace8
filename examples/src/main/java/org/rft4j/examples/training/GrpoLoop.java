package org.rft4j.examples.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.Groups;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.MicroBatches;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * GRPO without the Trainer, from the model's files to the optimiser's step: what {@link FirstTraining} does, to the last bit, as a test
 * shows. It reads from top to bottom; change whatever you like.
 */
public final class GrpoLoop implements AutoCloseable {
    static final int TASKS_PER_ROUND = 4;
    static final int GROUP_SIZE = 8;
    static final double LEARNING_RATE = 5e-4;
    static final double CLIP = 0.2;

    /** A round is gone through once, in two optimiser steps; micro-batches of at most 512 tokens. */
    static final UpdatePlan PLAN = UpdatePlan.DEFAULT.withSteps(1, 2).withMicroBatches(512, 64);

    private final Policy policy;
    private final SamplingOptions sampling;
    private final PolicySampler sampler;
    private final PolicyScoreOptions scoring;
    private final AdamW optimizer;
    private final TensorEngine engine;
    private final Epochs<TaskRecord> tasks;
    private final Reward reward = ShortWords.reward();
    private final KeyedRandom random;

    /** Every draw follows from the seed. The sampler is strict, so that tokens do not depend on how threads happen to meet. */
    GrpoLoop(TensorEngine engine, LanguageModel model, Policy policy, long seed) {
        this.engine = engine;
        this.policy = policy;
        sampling = SamplingOptions.of(ShortWords.MAX_NEW_TOKENS, seed);
        sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly());
        scoring = PolicyScoreOptions.DEFAULT.underSampling(List.of(sampling), model.stopIds(), model.usableTokens());
        optimizer = new AdamW(policy.parameters(), AdamWOptions.DEFAULT, engine.manager());
        tasks = Epochs.shuffled(ShortWords.tasks(), seed, Epochs.FOREVER);
        random = KeyedRandom.ofSeed(seed).derive("updates");
    }

    /**
     * Trains the story teller that comes along.
     *
     * @param args see {@link ExampleOptions}
     * @throws Exception if the reward throws
     */
    public static void main(String[] args) throws Exception {
        System.out.println(run(ExampleOptions.of("visible-loop", args)));
    }

    /**
     * Trains from the beginning; there are no checkpoints to go on from.
     *
     * @param options seed, folder, and whether briefly
     * @return the share of short words behind openings that were not trained
     * @throws Exception if the reward throws
     */
    public static ExampleOutcome run(ExampleOptions options) throws Exception {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create();
                LanguageModel model = LanguageModel.load(options.model().orElseGet(work::stories), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                GrpoLoop loop = new GrpoLoop(engine, model, policy, options.seed())) {
            double before = loop.examine("before");
            loop.run(options.brief() ? 2 : 20, step -> System.out.println(step));
            double after = loop.examine("after");
            model.save(options.folder().resolve("model"), SaveOptions.DEFAULT);
            System.out.println("Model    " + options.folder().resolve("model") + " (Hugging Face tools load it)");
            return new ExampleOutcome("held-out share of short words", before, after);
        }
    }

    /** What the policy writes behind openings that are not trained, with the same draws before and after. */
    private double examine(String when) throws Exception {
        List<TaskRecord> asked = ShortWords.heldOut();
        List<Sample> samples = sample(asked, 0);
        double[] rewards = rewards(asked, samples);
        System.out.println("Stories " + when + " training, with their share of short words:");
        for (int n = 0; n < samples.size(); n += GROUP_SIZE) {
            System.out.println(
                    ShortWords.line(asked.get(n / GROUP_SIZE), samples.get(n).text(), rewards[n]));
        }
        return mean(rewards);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /** What an optimiser step came to; the reward is that of its round. */
    record Step(long round, double reward, double loss, double entropy, double clipped, double gradNorm) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "round %2d: reward %.3f, loss %7.4f, entropy %.3f, clipped %.3f, gradient %.3f",
                    round,
                    reward,
                    loss,
                    entropy,
                    clipped,
                    gradNorm);
        }
    }

    void run(int rounds, Consumer<Step> listener) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<TaskRecord> asked = IntStream.range(0, TASKS_PER_ROUND)
                    .mapToObj(i -> tasks.next())
                    .toList();
            List<Sample> samples = sample(asked, round);
            double[] rewards = rewards(asked, samples);
            float[] advantages = advantages(rewards);
            TokenBatch batch = batch(samples);
            float[][] old = oldLogProbs(batch);
            int[] alone = IntStream.range(0, samples.size()).toArray(); // no row has to stay with another
            KeyedRandom ofRound = random.derive(round);
            for (List<Integer> rows : PLAN.windows(alone, ofRound.derive("windows"))) {
                listener.accept(step(round, mean(rewards), rows, batch, old, advantages));
            }
        }
    }

    /** The policy answers each task several times. A sample's draws are keyed by round, task and number. */
    private List<Sample> sample(List<TaskRecord> asked, int round) {
        List<SampleRequest> requests = new ArrayList<>();
        for (TaskRecord task : asked) {
            for (int n = 0; n < GROUP_SIZE; n++) {
                requests.add(new SampleRequest(new SampleKey(round, task.id(), n, 0), task.prompt(), sampling));
            }
        }
        return sampler.sample(requests);
    }

    private double[] rewards(List<TaskRecord> asked, List<Sample> samples) throws Exception {
        double[] rewards = new double[samples.size()];
        for (int n = 0; n < rewards.length; n++) {
            TaskRecord task = asked.get(n / GROUP_SIZE);
            rewards[n] =
                    reward.score(RewardSample.of(task, samples.get(n).text())).value();
        }
        return rewards;
    }

    /** How much better a sample is than its group, in standard deviations of the group: (R - mean) / (std + 1e-4). */
    private static float[] advantages(double[] rewards) {
        double[] values = GroupRelative.compute(
                        Rewards.of(rewards), Groups.ofSize(TASKS_PER_ROUND, GROUP_SIZE), GroupRelative.Options.trl())
                .values();
        float[] floats = new float[values.length];
        for (int n = 0; n < floats.length; n++) {
            floats[n] = (float) values[n];
        }
        return floats;
    }

    /** The ids that the sampler saw and drew; those that it drew are trained. */
    private static TokenBatch batch(List<Sample> samples) {
        return TokenBatch.ofResponses(
                samples.stream().map(one -> one.tokens().prompt()).toList(),
                samples.stream().map(one -> one.tokens().ids()).toList());
    }

    /** Rows of at most so many tokens together. Losses and gradients of the parts add up, so that the split does not matter. */
    private static List<List<Integer>> parts(TokenBatch batch, List<Integer> rows) {
        int[] lengths = rows.stream().mapToInt(batch::length).toArray();
        return MicroBatches.plan(lengths, PLAN.tokenBudget(), PLAN.maxRows(), MicroBatches.TooLong.ALONE).stream()
                .map(part -> part.stream().map(rows::get).toList())
                .toList();
    }

    /** What the weights say before the first step of the round, [rows][tokens]. Nothing is kept for a way back. */
    private float[][] oldLogProbs(TokenBatch batch) {
        float[][] old = new float[batch.sequences()][];
        List<Integer> all = IntStream.range(0, old.length).boxed().toList();
        for (List<Integer> part : parts(batch, all)) {
            try (NativeScope scope = engine.openScope()) {
                PolicyScores scores = policy.score(
                        batch.select(part), scoring.withMemory(ActivationMemory.KEEP_NOTHING), scope.manager());
                float[] flat = scores.logProbs().toFloatArray();
                int columns = flat.length / part.size();
                for (int b = 0; b < part.size(); b++) {
                    old[part.get(b)] = Arrays.copyOfRange(flat, b * columns, b * columns + batch.length(part.get(b)));
                }
            }
        }
        return old;
    }

    /** An optimiser step: the losses of its micro-batches, their gradients, AdamW. */
    private Step step(
            int round, double meanReward, List<Integer> rows, TokenBatch batch, float[][] old, float[] advantages) {
        int tokens = batch.select(rows).scoredTokens();
        double loss = 0;
        double entropy = 0;
        double clipped = 0;
        for (List<Integer> part : parts(batch, rows)) {
            try (NativeScope scope = engine.openScope()) {
                NDManager manager = scope.manager();
                TokenBatch texts = batch.select(part);
                PolicyScores scores = policy.score(texts, scoring.withEntropy(), manager);
                NDArray logProbs = scores.logProbs().duplicate(); // [B,T], where the loss's gradient arrives
                logProbs.setRequiresGradient(true);
                NDArray mask = texts.mask(manager); // [B,T], 1 = trained
                Loss of = loss(
                        logProbs, padded(part, old, texts, manager), column(part, advantages, manager), mask, tokens);
                loss += of.loss().getFloat();
                clipped += of.clipped().getFloat();
                entropy += scores.entropies().mul(mask).sum().div(tokens).getFloat();
                Autograd.backward(of.loss()); // to the log-probs
                scores.backward(logProbs.getGradient(), null); // and on to the weights, where gradients add up
            }
        }
        AdamW.StepReport report = optimizer.step(LEARNING_RATE); // clips, updates, sets gradients to 0
        policy.raiseVersion(); // tells the sampler that what it has cached is void
        return new Step(round, meanReward, loss, entropy, clipped, report.gradNorm());
    }

    /** A micro-batch's shares. */
    private record Loss(NDArray loss, NDArray clipped) {}

    /** PPO's clipped surrogate; every token of the step counts the same. */
    @SuppressWarnings("try") // a recording is closed, not used
    private static Loss loss(NDArray logProbs, NDArray old, NDArray advantages, NDArray mask, int tokens) {
        try (Autograd.Recording recording = Autograd.record()) {
            NDArray ratio = logProbs.sub(old).exp();
            NDArray plain = ratio.mul(advantages);
            NDArray held = ratio.clip(1 - CLIP, 1 + CLIP).mul(advantages);
            NDArray perToken = NDArrays.minimum(plain, held).neg();
            NDArray weights = mask.mul(1.0 / tokens);
            NDArray clips = held.lt(plain).toType(mask.getDataType(), false);
            return new Loss(perToken.mul(weights).sum(), clips.mul(mask).sum().div(tokens));
        }
    }

    /** A number per token as [B,T], 0 behind the end of a text. */
    private static NDArray padded(List<Integer> part, float[][] values, TokenBatch texts, NDManager scope) {
        float[] flat = new float[texts.sequences() * texts.columns()];
        for (int b = 0; b < part.size(); b++) {
            float[] row = values[part.get(b)];
            System.arraycopy(row, 0, flat, b * texts.columns(), row.length);
        }
        return scope.create(flat, new Shape(texts.sequences(), texts.columns()));
    }

    /** A number per row as [B,1]. */
    private static NDArray column(List<Integer> part, float[] values, NDManager scope) {
        float[] column = new float[part.size()];
        for (int b = 0; b < column.length; b++) {
            column[b] = values[part.get(b)];
        }
        return scope.create(column, new Shape(column.length, 1));
    }

    /** Frees optimiser and sampler. */
    @Override
    public void close() {
        sampler.close();
        optimizer.close();
    }
}
