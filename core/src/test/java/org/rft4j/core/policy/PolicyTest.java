package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/** What of a policy is trained, that it learns, and what it refuses. */
class PolicyTest {
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> choices() {
        LoraConfig lora = LoraConfig.of(4, 8, LoraTargets.named("q_proj", "down_proj"));
        return Stream.of(
                Arguments.of(Precision.FP32, Trainable.everything()),
                Arguments.of(Precision.BF16, Trainable.everything()),
                Arguments.of(Precision.FP32, Trainable.lora(lora)),
                Arguments.of(
                        Precision.BF16, Trainable.lora(lora.saving("lm_head").withRankStabilised())),
                Arguments.of(Precision.FP32, Trainable.lastLayers(1, false)),
                Arguments.of(Precision.FP32, Trainable.lastLayers(0, true)),
                Arguments.of(Precision.FP32, Trainable.matching("*.mlp.*", "model.embed_tokens.weight")));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void learnsWhatItMayAndLeavesNothingBehind(Precision precision, Trainable trainable) {
        ModelWeights model = new TinyCheckpoint("llama", manager).load(precision);
        List<double[]> before =
                model.weights().values().stream().map(w -> doubles(w)).toList();
        try (Policy policy = Policy.of(model, trainable);
                AdamW optimizer = new AdamW(policy.parameters(), AdamWOptions.DEFAULT, manager)) {
            double first = step(policy, optimizer);
            long arrays = NativeMemory.liveArrays(TestEngine.engine().manager());
            double last = first;
            for (int i = 1; i < 20; i++) {
                last = step(policy, optimizer);
            }
            assertThat(last).isLessThan(first - 0.1);
            assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(arrays);
            assertThat(policy.version()).isEqualTo(20);

            List<String> trained =
                    policy.parameters().stream().map(Parameter::name).toList();
            boolean adapted = policy.adapter().isPresent();
            int i = 0;
            for (String name : model.named().keySet()) {
                double[] now = doubles(model.named().get(name));
                assertThat(java.util.Arrays.equals(now, before.get(i++)))
                        .as("%s stays", name)
                        .isEqualTo(adapted || !trained.contains(name));
            }
        }
        assertThat(model.weights().values()).noneMatch(NDArray::hasGradient);
    }

    private double step(Policy policy, AdamW optimizer) {
        try (NativeScope step = TestEngine.scope()) {
            NDManager within = step.manager();
            NDArray share = BATCH.mask(within).mul(-1f / BATCH.scoredTokens());
            PolicyScores scores = policy.score(BATCH, PolicyScoreOptions.DEFAULT, within);
            scores.backward(share, null);
            assertThat(optimizer.step(1e-2).applied()).isTrue();
            policy.raiseVersion();
            return scores.logProbs().mul(share).sum().getFloat();
        }
    }

    @Test
    void trainsWhatWasChosen() {
        assertThat(trained(Trainable.lastLayers(1, true)))
                .hasSize(11)
                .contains("model.layers.1.self_attn.q_proj.weight", "model.norm.weight", "lm_head.weight")
                .noneMatch(name -> name.contains("layers.0") || name.contains("embed"));
        assertThat(trained(Trainable.matching("*.q_proj.weight", "lm_head.weight")))
                .containsExactlyInAnyOrder(
                        "model.layers.0.self_attn.q_proj.weight",
                        "model.layers.1.self_attn.q_proj.weight",
                        "lm_head.weight");
        assertThat(trained(Trainable.lora(LoraConfig.of(2, 2, LoraTargets.named("v_proj")))))
                .containsExactly(
                        "model.layers.0.self_attn.v_proj.lora_A.weight",
                        "model.layers.0.self_attn.v_proj.lora_B.weight",
                        "model.layers.1.self_attn.v_proj.lora_A.weight",
                        "model.layers.1.self_attn.v_proj.lora_B.weight");
    }

    @Test
    void reportsItsMemory() {
        ModelWeights model = new TinyCheckpoint("llama", manager).load(Precision.BF16);
        long numbers =
                model.weights().values().stream().mapToLong(NDArray::size).sum();
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            assertThat(policy.memory()).isEqualTo(new ModelMemory(2 * numbers, 2 * numbers, 2 * numbers));
        }
        try (Policy policy = Policy.of(model, Trainable.lora(LoraConfig.of(3, 2, LoraTargets.named("o_proj"))))) {
            long pairs = 2 * 2 * 3 * (16 + 16);
            assertThat(policy.memory()).isEqualTo(new ModelMemory(2 * numbers + pairs, pairs, pairs));
        }
    }

    @Test
    void saysWhatCannotBeTrained() {
        assertThatThrownBy(() -> trained(Trainable.lastLayers(0, false)))
                .hasMessage(
                        "trainable weights was none (LastLayers[layers=0, headAndFinalNorm=false]), must be at least"
                                + " one; use Trainable.everything() or Trainable.lora(...)");
        assertThatThrownBy(() -> trained(Trainable.matching("model.layers.*.q_prj.weight")))
                .hasMessageContaining(
                        "pattern of tensor names was model.layers.*.q_prj.weight, must match a tensor of the"
                                + " model; near names are [model.layers.0.");
        assertThatThrownBy(() -> trained(Trainable.lastLayers(3, false)))
                .hasMessageContaining("number of last layers was 3, must be between 0 and the model's 2");
        ModelWeights tied = new TinyCheckpoint("gemma2", manager).load();
        assertThatThrownBy(() -> Policy.of(tied, Trainable.lastLayers(1, true)))
                .hasMessageContaining("headAndFinalNorm was true, must be false where the head is the embedding");
        ModelWeights body = Checkpoints.loadClassifier(
                        new TinyCheckpoint("llama_reward", manager).folder(), LoadOptions.DEFAULT, manager)
                .model();
        assertThatThrownBy(() -> Policy.of(body, Trainable.everything()))
                .hasMessageContaining("language-model head was missing");
    }

    @Test
    void trainsNoWeightTwice() {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        LoraConfig lora = LoraConfig.of(2, 2, LoraTargets.allLinear());
        try (Policy policy = Policy.of(model, Trainable.lastLayers(1, false))) {
            assertThatThrownBy(() -> Policy.of(model, Trainable.lora(lora)))
                    .hasMessage(
                            "weight model.layers.1.input_layernorm.weight was trained by someone else, must be trained"
                                    + " by one policy, critic or reward model; close that one first, load the model or"
                                    + " adapter a second time, or train another adapter");
            assertThat(policy.parameters())
                    .allMatch(parameter -> parameter.weight().hasGradient());
        }
        try (Policy one = Policy.of(model, Trainable.lora(lora));
                Policy two = Policy.of(model, Trainable.lora(lora))) {
            assertThat(one.parameters()).hasSameSizeAs(two.parameters());
        }
    }

    @Test
    void refusesGradientsBeforeAnythingIsAdded() {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            NDArray gradient = manager.create(Texts.gradient(BATCH, "log-probs"), BATCH.shape());
            PolicyScores scores = policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager);
            assertThatThrownBy(() -> scores.backward(manager.zeros(new Shape(3, 9)), null))
                    .hasMessageContaining("shape of gradLogProbs [N,T] was [3, 9], must be [3, 12]");
            assertThatThrownBy(() -> scores.backward(gradient, gradient))
                    .hasMessage("entropies was not computed, must be asked for;"
                            + " score with PolicyScoreOptions.withEntropy()");
            assertThatThrownBy(scores::entropies).hasMessageContaining("entropies was not computed");
            assertThatThrownBy(() -> scores.backward(gradient.mul(Float.NaN), null))
                    .hasMessageContaining("gradLogProbs was");
            scores.backward(gradient, null);
            NDArray head = model.named().get("lm_head.weight");
            NDArray once = head.getGradient().duplicate();
            assertThatThrownBy(() -> scores.backward(gradient, null))
                    .hasMessage("scores was already run back, must be run back once; score again");
            PolicyScores blind =
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT.withMemory(ActivationMemory.KEEP_NOTHING), manager);
            assertThatThrownBy(() -> blind.backward(gradient, null))
                    .hasMessage("activation memory was KEEP_NOTHING, must keep something for a way back;"
                            + " score with KEEP_PRODUCTS or RECOMPUTE_LAYERS");
            assertSameBits("gradient of the head", head.getGradient(), once);
        }
    }

    @Test
    void scoresABatchWithNothingToScore() {
        TokenBatch silent = TokenBatch.of(List.of(new long[] {5, 6}), List.of(new boolean[2]));
        try (Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.everything())) {
            PolicyScores scores = policy.score(silent, PolicyScoreOptions.DEFAULT, manager);
            scores.backward(manager.ones(new Shape(1, 2)), null);
            assertThat(doubles(scores.logProbs())).containsOnly(0);
            assertThat(doubles(policy.parameters().get(0).weight().getGradient()))
                    .containsOnly(0);
        }
    }

    private List<String> trained(Trainable trainable) {
        try (Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), trainable)) {
            return policy.parameters().stream().map(Parameter::name).toList();
        }
    }
}
