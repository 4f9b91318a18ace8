package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraMerge;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/** Policies that train an adapter. */
class LoraPolicyTest {
    private static final double RTOL = 1e-5;
    private static final double STEP = 3e-3;
    /** Central differences of an fp32 function: rounding over the step width, and the step's curvature. */
    private static final double RTOL_SLOPE = 2e-3;

    private static final LoraConfig CONFIG = LoraConfig.of(4, 6, LoraTargets.allLinear());
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(ActivationMemory.class)
    void freshAdapterChangesNoBit(ActivationMemory memory) {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        try (Policy policy = Policy.of(model, Trainable.lora(CONFIG.saving("lm_head")));
                Reference off = Reference.withoutAdapter(policy);
                Reference copy = Reference.copyOf(policy)) {
            PolicyScoreOptions options =
                    PolicyScoreOptions.DEFAULT.withEntropy().withMemory(memory);
            PolicyScores scores = policy.score(BATCH, options, manager);
            for (Reference reference : List.of(off, copy)) {
                ReferenceScores same = reference.score(BATCH, options, manager);
                assertSameBits("log-probs", same.logProbs(), scores.logProbs());
                assertSameBits("entropies", same.entropies(), scores.entropies());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Precision.class)
    void adapterOffIsTheModelItself(Precision precision) {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load(precision);
        try (Reference alone = Reference.of(model);
                Policy policy = Policy.of(model, Trainable.lora(CONFIG))) {
            NDArray before =
                    alone.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs();
            long arrays = NativeMemory.liveArrays(TestEngine.engine().manager());
            Reference off = Reference.withoutAdapter(policy);
            assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(arrays);

            disturb(policy);

            assertSameBits(
                    "log-probs",
                    off.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs(),
                    before);
            NDArray adapted =
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs();
            assertThat(doubles(adapted)).as("the adapter is seen").isNotEqualTo(doubles(before));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gpt2", "phi3", "gpt_neox"})
    void gradientFollowsFromThatOfTheMatrix(String family) {
        ModelWeights model = new TinyCheckpoint(family, manager).load();
        Map<String, NDArray> ofPairs = new LinkedHashMap<>();
        LoraAdapter adapter = LoraAdapter.create(model, CONFIG, manager);
        NDArray gradient = manager.create(Texts.gradient(BATCH, "log-probs"), BATCH.shape());
        try (Policy policy = Policy.of(model, Trainable.adapter(adapter))) {
            disturb(policy);
            policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).backward(gradient, null);
            policy.parameters()
                    .forEach(p -> ofPairs.put(p.name(), p.weight().getGradient().duplicate()));
            model.weights()
                    .forEach((key, weight) ->
                            assertThat(weight.hasGradient()).as(key.toString()).isFalse());
        }

        LoraMerge.forGood(model, adapter);
        try (Policy merged = Policy.of(model, Trainable.everything())) {
            merged.score(BATCH, PolicyScoreOptions.DEFAULT, manager).backward(gradient, null);
            adapter.pairs().forEach((key, pair) -> {
                NDArray ofMatrix = model.weights().get(key).getGradient();
                NDArray dW = model.config().transposed() ? ofMatrix.transpose() : ofMatrix;
                String name = model.family().tensorName(key).replaceAll("\\.weight$", "");
                NDArray dB = dW.matMul(pair.a().stopGradient().transpose()).mul(pair.scale());
                NDArray dA = pair.b().stopGradient().transpose().matMul(dW).mul(pair.scale());
                assertClose("dB of " + name, ofPairs.get(name + ".lora_B.weight"), dB, RTOL);
                assertClose("dA of " + name, ofPairs.get(name + ".lora_A.weight"), dA, RTOL);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gemma2"})
    void gradientIsTheSlope(String family) {
        SamplingFilter filter = new SamplingFilter(0.8, 0, 1, 0, 1.2);
        PolicyScoreOptions options = PolicyScoreOptions.DEFAULT
                .withEntropy()
                .withFilters(List.of(filter))
                .withLayout(BatchLayout.packed(14));
        NDArray ofLogProbs = manager.create(Texts.gradient(BATCH, "log-probs"), BATCH.shape());
        NDArray ofEntropies = manager.create(Texts.gradient(BATCH, "entropies"), BATCH.shape());
        try (Policy policy = Policy.of(new TinyCheckpoint(family, manager).load(), Trainable.lora(CONFIG))) {
            disturb(policy);
            policy.score(BATCH, options, manager).backward(ofLogProbs, ofEntropies);
            for (Parameter parameter : policy.parameters()) {
                NDArray gradient = parameter.weight().getGradient().duplicate();
                NDArray weight = parameter.weight().stopGradient().duplicate();
                double length = Math.sqrt(gradient.mul(gradient).sum().getFloat());
                double[] losses = new double[2];
                for (int side = 0; side < 2; side++) {
                    NDArray step = gradient.mul((side == 0 ? STEP : -STEP) / length);
                    WeightUpdates.copy(List.of(parameter.weight()), List.of(weight.add(step)));
                    PolicyScores moved = policy.score(BATCH, options, manager);
                    losses[side] = dot(moved.logProbs(), ofLogProbs) + dot(moved.entropies(), ofEntropies);
                }
                WeightUpdates.copy(List.of(parameter.weight()), List.of(weight));
                assertThat((losses[0] - losses[1]) / (2 * STEP))
                        .as(parameter.name())
                        .isCloseTo(length, within(RTOL_SLOPE * Math.max(1, length)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gpt2", "phi3"})
    void mergedModelScoresAsThePolicyDoes(String family) {
        ModelWeights model = new TinyCheckpoint(family, manager).load();
        try (Policy policy = Policy.of(model, Trainable.lora(CONFIG));
                Reference off = Reference.withoutAdapter(policy)) {
            disturb(policy);
            NDArray expected =
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs();
            LoraMerge merge = LoraMerge.into(model, policy.adapter().orElseThrow());
            assertClose(
                    "log-probs",
                    off.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs(),
                    expected,
                    RTOL);
            merge.unmerge();
            assertSameBits(
                    "log-probs after unmerging",
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs(),
                    expected);
        }
    }

    @Test
    void trainsSavedModulesAndLeavesTheModelAlone() {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        NDArray head = model.named().get("lm_head.weight");
        NDArray before = head.duplicate();
        try (Policy policy = Policy.of(model, Trainable.lora(CONFIG.saving("lm_head")));
                Reference off = Reference.withoutAdapter(policy);
                Reference alone = Reference.of(model)) {
            disturb(policy);
            assertThat(policy.parameters().get(policy.parameters().size() - 1).name())
                    .isEqualTo("lm_head.weight");
            assertSameBits("head", head, before);
            assertSameBits(
                    "log-probs",
                    off.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs(),
                    alone.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs());
        }
    }

    private static double dot(NDArray a, NDArray b) {
        double[] x = doubles(a);
        double[] y = doubles(b);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** Weights that differ from the first ones. */
    private void disturb(Policy policy) {
        policy.parameters().forEach(parameter -> {
            float[] noise = new float[(int) parameter.weight().size()];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (0.2 * Math.sin(1 + 7.3 * i));
            }
            WeightUpdates.lerp(
                    List.of(parameter.weight()),
                    List.of(manager.create(noise, parameter.weight().getShape())),
                    0.5);
        });
    }
}
