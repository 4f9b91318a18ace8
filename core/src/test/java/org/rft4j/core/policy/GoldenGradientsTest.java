package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.lora.AdaptedClassifier;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.optimizer.Parameter;

/** Losses and gradients of policies, adapters, critics and reward models against transformers and PEFT. */
class GoldenGradientsTest {
    private static final double RTOL = 1e-5;
    private static final double RTOL_GRADIENT = 5e-5;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> familiesAndLayouts() {
        return Stream.of("llama", "gpt2", "gemma2", "gemma3_text", "phi3", "qwen3", "gpt_neox", "olmo2", "smollm2")
                .flatMap(family -> Stream.of(
                        Arguments.of(family, BatchLayout.rightPadded(), ActivationMemory.KEEP_PRODUCTS),
                        Arguments.of(family, BatchLayout.packed(24), ActivationMemory.RECOMPUTE_LAYERS)));
    }

    @ParameterizedTest
    @MethodSource("familiesAndLayouts")
    void policyHasTheGradientsOfTransformers(String family, BatchLayout layout, ActivationMemory memory) {
        TinyCheckpoint tiny = new TinyCheckpoint(family, manager);
        try (Policy policy = Policy.of(tiny.load(), Trainable.everything())) {
            compare(tiny, policy, PolicyScoreOptions.DEFAULT.withLayout(layout).withMemory(memory));
            assertThat(policy.parameters())
                    .hasSameSizeAs(policy.model().weights().entrySet());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "gpt2", "phi3"})
    void adapterHasTheGradientsOfPeft(String base) {
        ModelWeights model = new TinyCheckpoint(base, manager).load();
        TinyCheckpoint adapted = new TinyCheckpoint(base + "_lora", manager);
        LoraAdapter adapter = PeftFolder.load(adapted.folder(), model, Set.of(), manager);
        try (Policy policy = Policy.of(model, Trainable.adapter(adapter))) {
            compare(adapted, policy, PolicyScoreOptions.DEFAULT);
        }
    }

    private void compare(TinyCheckpoint truth, Policy policy, PolicyScoreOptions options) {
        TokenBatch batch = Texts.wholly(truth.goldenRows("ids"));
        PolicyScores scores = policy.score(batch, options, manager);
        NDArray share = batch.mask(manager).mul(-1f / batch.scoredTokens());
        assertClose("loss", scores.logProbs().mul(share).sum(), truth.golden("loss"), RTOL);

        scores.backward(share, null);

        for (Parameter parameter : policy.parameters()) {
            assertClose(
                    parameter.name(),
                    parameter.weight().getGradient(),
                    truth.golden(truth.gradientName(parameter.name())),
                    RTOL_GRADIENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama_values", "gpt2_values"})
    void criticHasTheGradientsOfTransformers(String name) {
        TinyCheckpoint truth = new TinyCheckpoint(name, manager);
        String head = name.startsWith("gpt2") ? "classifier" : "score";
        ScalarHead scalar = new ScalarHead(truth.weight(head + ".weight"), truth.weight(head + ".bias"));
        try (ValueModel critic = ValueModel.of(truth.body(), Trainable.everything(), scalar)) {
            List<long[]> texts = unpadded(truth);
            // a value belongs to the token that follows: one more token shows that of the last one
            TokenBatch batch = Texts.wholly(texts.stream()
                    .map(ids -> Arrays.copyOf(ids, ids.length + 1))
                    .toList());
            for (BatchLayout layout : List.of(BatchLayout.leftPadded(), BatchLayout.packed(30))) {
                critic.parameters().forEach(GoldenGradientsTest::zeroGradient);
                ValueScores scores = critic.score(batch, PolicyScoreOptions.DEFAULT.withLayout(layout), manager);

                assertClose("values", scores.values().get(":,1:"), truth.golden("scores"), RTOL);
                scores.backward(batch.mask(manager));
                for (Parameter parameter : critic.parameters()) {
                    String golden =
                            parameter.name().substring("value.".length()).replaceFirst("^head", head);
                    assertClose(
                            golden,
                            parameter.weight().getGradient().flatten(),
                            truth.golden("grad." + golden).flatten(),
                            RTOL_GRADIENT);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama_reward", "gpt2_reward", "qwen2_reward"})
    void rewardModelHasTheGradientsOfTransformers(String name) {
        TinyCheckpoint truth = new TinyCheckpoint(name, manager);
        ClassifierWeights classifier = Checkpoints.loadClassifier(truth.folder(), LoadOptions.DEFAULT, manager);
        TokenBatch batch = Texts.wholly(unpadded(truth));
        TokenBatch padded = Texts.wholly(truth.goldenRows("ids"));
        try (RewardModel model = RewardModel.trained(classifier, Trainable.everything())) {
            for (BatchLayout layout :
                    List.of(BatchLayout.rightPadded(), BatchLayout.leftPadded(), BatchLayout.packed(40))) {
                for (TokenBatch texts : List.of(batch, padded)) {
                    model.parameters().forEach(GoldenGradientsTest::zeroGradient);
                    RewardScores scores = model.score(texts, layout, ActivationMemory.KEEP_PRODUCTS, manager);

                    assertClose("rewards", scores.rewards(), truth.golden("scores"), RTOL);
                    assertClose("logits", scores.logits().flatten(), truth.golden("scores"), RTOL);
                    scores.backward(manager.ones(new Shape(texts.sequences())));
                    for (Parameter parameter : model.parameters()) {
                        assertClose(
                                parameter.name(),
                                parameter.weight().getGradient(),
                                truth.golden("grad." + parameter.name()),
                                RTOL_GRADIENT);
                    }
                }
            }
        }
    }

    @Test
    void adaptedRewardModelHasTheGradientsOfPeft() {
        TinyCheckpoint base = new TinyCheckpoint("qwen2_reward", manager);
        TinyCheckpoint truth = new TinyCheckpoint("qwen2_reward_lora", manager);
        ClassifierWeights classifier = Checkpoints.loadClassifier(base.folder(), LoadOptions.DEFAULT, manager);
        AdaptedClassifier adapted = PeftFolder.loadClassifier(truth.folder(), classifier, Set.of(), manager);
        TokenBatch batch = Texts.wholly(unpadded(truth));
        try (RewardModel model = RewardModel.trained(adapted.base(), Trainable.adapter(adapted.adapter()))) {
            RewardScores scores = model.score(batch, BatchLayout.packed(40), ActivationMemory.KEEP_PRODUCTS, manager);
            assertClose("rewards", scores.rewards(), truth.golden("scores"), RTOL);
            scores.backward(manager.ones(new Shape(batch.sequences())));
            assertThat(model.parameters()).hasSize(9);
            for (Parameter parameter : model.parameters()) {
                assertClose(
                        parameter.name(),
                        parameter.weight().getGradient(),
                        truth.golden(truth.gradientName(parameter.name())),
                        RTOL_GRADIENT);
            }
        }
    }

    @Test
    void adapterOffIsTheBaseOfTransformers() {
        TinyCheckpoint truth = new TinyCheckpoint("phi3", manager);
        ModelWeights model = truth.load();
        Path folder = new TinyCheckpoint("phi3_lora", manager).folder();
        LoraAdapter adapter = PeftFolder.load(folder, model, Set.of(), manager);
        TokenBatch batch = Texts.wholly(truth.goldenRows("ids"));
        try (Policy policy = Policy.of(model, Trainable.adapter(adapter));
                Reference off = Reference.withoutAdapter(policy);
                Reference base = Reference.of(truth.load())) {
            NDArray logProbs =
                    off.score(batch, PolicyScoreOptions.DEFAULT, manager).logProbs();
            NDArray share = batch.mask(manager).mul(-1f / batch.scoredTokens());
            assertClose("loss", logProbs.mul(share).sum(), truth.golden("loss"), RTOL);
            assertSameBits(
                    "base",
                    logProbs,
                    base.score(batch, PolicyScoreOptions.DEFAULT, manager).logProbs());
        }
    }

    private static List<long[]> unpadded(TinyCheckpoint truth) {
        List<long[]> masks = truth.goldenRows("mask");
        List<long[]> ids = truth.goldenRows("ids");
        return java.util.stream.IntStream.range(0, ids.size())
                .mapToObj(n -> Arrays.copyOf(
                        ids.get(n), (int) Arrays.stream(masks.get(n)).sum()))
                .toList();
    }

    private static void zeroGradient(Parameter parameter) {
        org.rft4j.engine.Autograd.defineGradient(parameter.weight());
        NDArray gradient = parameter.weight().getGradient();
        gradient.subi(gradient.duplicate());
    }
}
