package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/** A policy and its critic on one body and on two. */
class ActorCriticTest {
    private static final double RTOL = 1e-5;
    private static final double RTOL_BF16 = 4e-2; // tolerance: bf16 has 8 significant bits, and layers add up

    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);
    private static final PolicyScoreOptions OPTIONS =
            PolicyScoreOptions.DEFAULT.withEntropy().withLayout(BatchLayout.packed(16));

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void oneBodyGivesTheSumOfBothGradients(Precision precision) {
        ModelWeights model = new TinyCheckpoint("llama", manager).load(precision);
        ScalarHead head = head(model, precision);
        NDArray ofLogProbs = gradient("log-probs");
        NDArray ofEntropies = gradient("entropies");
        NDArray ofValues = gradient("values");
        Map<String, NDArray> sums = new LinkedHashMap<>();
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            policy.score(BATCH, OPTIONS, manager).backward(ofLogProbs, ofEntropies);
            take(policy.parameters(), sums);
        }
        try (ValueModel critic = ValueModel.of(model, Trainable.everything(), head)) {
            critic.score(BATCH, OPTIONS, manager).backward(ofValues);
            critic.parameters().forEach(parameter -> {
                String shared = parameter.name().replaceFirst("^value\\.(?!head)", "");
                sums.merge(shared, takeOne(parameter), (a, b) -> a.add(b));
            });
        }
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            ActorCritic both = ActorCritic.sharing(policy, head);
            ActorCriticScores scores = both.score(BATCH, OPTIONS, manager);
            scores.backward(ofLogProbs, ofEntropies, ofValues);
            assertThat(both.parameters()).hasSameSizeAs(sums.entrySet());
            both.parameters()
                    .forEach(parameter -> assertClose(
                            parameter.name(),
                            parameter.weight().getGradient(),
                            sums.get(parameter.name()),
                            precision == Precision.FP32 ? RTOL : RTOL_BF16));
            assertThatThrownBy(() -> scores.backward(ofLogProbs, ofEntropies, ofValues))
                    .hasMessageContaining("scores was already run back");
        }
    }

    @Test
    void twoBodiesStayApart() {
        ModelWeights actor = new TinyCheckpoint("llama", manager).load();
        ModelWeights body = new TinyCheckpoint("llama", manager).load();
        LoraConfig lora = LoraConfig.of(2, 4, LoraTargets.named("q_proj"));
        try (Policy policy = Policy.of(actor, Trainable.lora(lora));
                ValueModel critic = ValueModel.of(body, Trainable.lora(lora), head(body, Precision.FP32))) {
            ActorCritic both = ActorCritic.separate(policy, critic);
            ActorCriticScores scores = both.score(BATCH, OPTIONS, manager);
            assertSameBits(
                    "values",
                    scores.values(),
                    critic.score(BATCH, OPTIONS, manager).values());
            assertSameBits(
                    "log-probs",
                    scores.logProbs(),
                    policy.score(BATCH, OPTIONS, manager).logProbs());
            scores.backward(manager.zeros(BATCH.shape()), null, gradient("values"));

            assertThat(both.parameters().stream().map(Parameter::name))
                    .hasSize(10)
                    .doesNotHaveDuplicates()
                    .contains("value.model.layers.0.self_attn.q_proj.lora_B.weight", "value.head.bias");
            for (Parameter parameter : both.parameters()) {
                double largest = java.util.Arrays.stream(doubles(takeOne(parameter)))
                        .map(Math::abs)
                        .max()
                        .orElseThrow();
                boolean moves = parameter.name().startsWith("value.")
                        && !parameter.name().contains("lora_A");
                assertThat(largest > 0).as(parameter.name()).isEqualTo(moves);
            }
        }
    }

    @Test
    void zeroHeadSaysZero() {
        for (Precision precision : Precision.values()) {
            ModelWeights model = new TinyCheckpoint("llama", manager).load(precision);
            ScalarHead head = ValueModel.zeroHead(model, manager);
            try (ValueModel critic = ValueModel.of(model, Trainable.everything(), head)) {
                assertThat(doubles(critic.score(BATCH, OPTIONS, manager).values()))
                        .containsOnly(0);
            }
        }
    }

    @Test
    void classifierWithSeveralLabelsIsOnlyAsked() {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        NDArray score = manager.create(
                wave(3 * model.config().width()), new Shape(3, model.config().width()));
        ClassifierWeights classifier = new ClassifierWeights(model, score, java.util.OptionalLong.empty());
        try (RewardModel asked = RewardModel.frozen(classifier)) {
            RewardScores scores = asked.score(BATCH, BatchLayout.packed(30), ActivationMemory.KEEP_NOTHING, manager);
            NDArray logits = scores.logits();
            assertThat(logits.getShape()).isEqualTo(new Shape(3, 3));
            for (int label = 0; label < 3; label++) {
                ClassifierWeights one = new ClassifierWeights(
                        model, score.get(label + ":" + (label + 1)), java.util.OptionalLong.empty());
                try (RewardModel single = RewardModel.frozen(one)) {
                    assertClose(
                            "label " + label,
                            logits.get(":," + label),
                            single.score(BATCH, BatchLayout.leftPadded(), ActivationMemory.KEEP_NOTHING, manager)
                                    .rewards(),
                            RTOL);
                }
            }
            assertThat(asked.parameters()).isEmpty();
            assertThatThrownBy(scores::rewards)
                    .hasMessage("number of labels was 3, must be 1 for a reward per text;"
                            + " read logits(), or take a checkpoint of a reward model");
        }
        assertThatThrownBy(() -> RewardModel.trained(classifier, Trainable.everything()))
                .hasMessageContaining("number of labels of a trained reward model was 3, must be 1");
    }

    private ScalarHead head(ModelWeights model, Precision precision) {
        int width = model.config().width();
        return new ScalarHead(
                WeightUpdates.copyOf(manager.create(wave(width)), precision, manager),
                WeightUpdates.copyOf(manager.create(wave(1)), precision, manager));
    }

    private static float[] wave(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) Math.sin(1 + 2.7 * i);
        }
        return numbers;
    }

    private NDArray gradient(String purpose) {
        return manager.create(Texts.gradient(BATCH, purpose), BATCH.shape());
    }

    private static void take(List<Parameter> parameters, Map<String, NDArray> into) {
        parameters.forEach(parameter -> into.put(parameter.name(), takeOne(parameter)));
    }

    /** A copy, and zeros left behind. */
    private static NDArray takeOne(Parameter parameter) {
        Autograd.defineGradient(parameter.weight());
        NDArray gradient = parameter.weight().getGradient();
        NDArray copy = gradient.duplicate();
        gradient.subi(copy);
        return copy;
    }
}
