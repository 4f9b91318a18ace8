package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.SafetensorsFile;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.optimizer.Parameter;

/** Who trains which array, and what a critic leaves alone. */
class OwnershipTest {
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);
    private static final LoraConfig LORA = LoraConfig.of(2, 4, LoraTargets.named("q_proj"));

    @TempDir
    Path temporary;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final ModelWeights model = new TinyCheckpoint("llama", manager).load();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void adapterBelongsToOnePolicy() {
        LoraAdapter adapter = LoraAdapter.create(model, LORA, manager);
        try (Policy policy = Policy.of(model, Trainable.adapter(adapter))) {
            assertThatThrownBy(() -> Policy.of(model, Trainable.adapter(adapter)))
                    .hasMessage(
                            "weight model.layers.0.self_attn.q_proj.lora_A.weight was trained by someone else, must be"
                                    + " trained by one policy, critic or reward model; close that one first, load the model or"
                                    + " adapter a second time, or train another adapter");
            policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).backward(BATCH.mask(manager), null);
            assertThat(policy.parameters())
                    .allSatisfy(parameter ->
                            assertThat(parameter.weight().getGradient()).isNotNull());
        }
        Policy.of(model, Trainable.adapter(adapter)).close();
    }

    @Test
    void headOfACriticIsNotTrained() {
        ScalarHead head = ValueModel.zeroHead(model, manager);
        try (ValueModel critic = ValueModel.of(model, Trainable.everything(), head)) {
            assertThat(names(critic.parameters()))
                    .hasSize(model.weights().size() - 1 + 2)
                    .contains("value.model.embed_tokens.weight")
                    .doesNotContain("value.lm_head.weight");
        }
        try (ValueModel critic = ValueModel.of(model, Trainable.lora(LORA.saving("lm_head", "model.norm")), head)) {
            assertThat(names(critic.parameters()))
                    .contains("value.model.norm.weight")
                    .doesNotContain("value.lm_head.weight");
            assertThat(critic.adapter()).isPresent();
        }
        assertThatThrownBy(() -> ValueModel.of(model, Trainable.matching("lm_head.weight"), head))
                .hasMessageContaining("trainable weights was none (Matching[patterns=[lm_head.weight]])");
        assertThat(model.weights().values()).noneMatch(NDArray::hasGradient);
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            assertThat(names(policy.parameters())).contains("lm_head.weight");
        }
    }

    @Test
    void criticIsSavedInParts() {
        ScalarHead head = new ScalarHead(
                manager.arange(0f, model.config().width(), 1f).div(100), manager.create(new float[] {0.5f}));
        NDArray expected;
        try (ValueModel critic = ValueModel.of(model, Trainable.everything(), head)) {
            expected = critic.score(BATCH, PolicyScoreOptions.DEFAULT, manager).values();
            Checkpoints.save(critic.model(), temporary, SaveOptions.DEFAULT);
            SafetensorsWriter.writeFile(
                    temporary.resolve("head.bin"),
                    Map.of(
                            "weight",
                            critic.head().weight(),
                            "bias",
                            Objects.requireNonNull(critic.head().bias())),
                    SaveOptions.DEFAULT);
        }
        ModelWeights body = Checkpoints.load(temporary, LoadOptions.DEFAULT, manager);
        try (TensorSource source = SafetensorsFile.open(temporary.resolve("head.bin"))) {
            ScalarHead read = new ScalarHead(source.loadExact("weight", manager), source.loadExact("bias", manager));
            try (ValueModel again = ValueModel.of(body, Trainable.everything(), read)) {
                NDArray values =
                        again.score(BATCH, PolicyScoreOptions.DEFAULT, manager).values();
                assertSameBits("values", values, expected);
            }
        }
    }

    @Test
    void refusedGradientsAddNothing() {
        ScalarHead head = ValueModel.zeroHead(model, manager);
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            ActorCritic both = ActorCritic.sharing(policy, head);
            NDArray good = manager.create(Texts.gradient(BATCH, "values"), BATCH.shape());
            NDArray narrow = manager.ones(BATCH.shape()).get(":,1:");
            NDArray infinite = good.mul(Float.POSITIVE_INFINITY);
            ActorCriticScores scores = both.score(BATCH, PolicyScoreOptions.DEFAULT, manager);

            assertThatThrownBy(() -> scores.backward(narrow, null, good))
                    .hasMessageContaining("shape of gradLogProbs [N,T] was [3, 11]");
            assertThatThrownBy(() -> scores.backward(infinite, null, good))
                    .hasMessageContaining("gradLogProbs was")
                    .hasMessageContaining("must be finite");
            assertThatThrownBy(() -> scores.backward(good, null, narrow))
                    .hasMessageContaining("shape of gradValues [N,T] was [3, 11]");
            assertThatThrownBy(() -> scores.backward(good, null, infinite))
                    .hasMessage("gradValues was NaN or infinite at a scored token, must be finite; find the step that"
                            + " made it");
            scores.backward(good, null, good);

            double[] once = both.parameters().stream()
                    .flatMapToDouble(OwnershipTest::gradient)
                    .toArray();
            both.parameters().forEach(p -> p.weight().getGradient().muli(0));
            both.score(BATCH, PolicyScoreOptions.DEFAULT, manager).backward(good, null, good);
            assertThat(both.parameters().stream()
                            .flatMapToDouble(OwnershipTest::gradient)
                            .toArray())
                    .isEqualTo(once);
        }
    }

    @Test
    void policyGivesSpareMemoryBack() {
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            long before = 0;
            for (int i = 0; i < 2; i++) { // the first round makes gradients, which stay
                before = NativeMemory.liveArrays(TestEngine.engine().manager());
                try (NativeScope step = TestEngine.scope()) {
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT.withChunkBytes(1 << 16), step.manager())
                            .backward(BATCH.mask(step.manager()), null);
                }
                policy.releaseSpareMemory();
            }
            assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
        }
        assertThat(PolicyScoreOptions.DEFAULT.withChunkBytes(5).chunkBytes()).isEqualTo(5);
    }

    @Test
    void failedCopiesLeaveNothingBehind() {
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            List<NDArray> weights = List.copyOf(model.weights().values());
            weights.get(weights.size() - 1).close();
            long arrays = NativeMemory.liveArrays(manager);
            assertThatThrownBy(() -> Reference.copyOf(policy)).isInstanceOf(IllegalStateException.class);
            assertThat(NativeMemory.liveArrays(manager)).isEqualTo(arrays);
        }
    }

    private static java.util.stream.DoubleStream gradient(Parameter parameter) {
        return java.util.Arrays.stream(doubles(parameter.weight().getGradient()));
    }

    private static List<String> names(List<Parameter> parameters) {
        return parameters.stream().map(Parameter::name).toList();
    }
}
