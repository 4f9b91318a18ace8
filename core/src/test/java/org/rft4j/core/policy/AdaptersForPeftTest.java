package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;

/**
 * Saves trained adapters, and the logits that they give, where {@code -Drft4j.adapters=FOLDER} says. Then
 * {@code check_saved.py FOLDER/NAME --base ../resources/golden/models/NAME} tells whether PEFT computes the same.
 */
class AdaptersForPeftTest {
    private static final String FOLDER = System.getProperty("rft4j.adapters", "");

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> adapters() {
        LoraConfig all = LoraConfig.of(3, 5, LoraTargets.allLinear());
        return Stream.of(
                Arguments.of("llama", all.withRankStabilised().saving("lm_head")),
                Arguments.of("gpt2", all),
                Arguments.of("gpt_neox", all),
                Arguments.of("phi3", LoraConfig.of(2, 4, LoraTargets.matching(".*\\.(qkv|down)_proj"))),
                Arguments.of(
                        "qwen3",
                        LoraConfig.of(4, 4, LoraTargets.named("q_proj", "mlp.down_proj"))
                                .withPatterns(Map.of("layers.1.self_attn.q_proj", 2), Map.of("down_proj", 1.5))
                                .saving("norm")),
                Arguments.of("gemma2", all.saving("norm")));
    }

    @Test
    void savesARewardModel() {
        assumeTrue(!FOLDER.isEmpty(), "skipped: -Drft4j.adapters=FOLDER says where to");
        TinyCheckpoint tiny = new TinyCheckpoint("qwen2_reward", manager);
        ClassifierWeights classifier = Checkpoints.loadClassifier(tiny.folder(), LoadOptions.DEFAULT, manager);
        TokenBatch padded = Texts.wholly(tiny.goldenRows("ids"));
        Path folder = Path.of(FOLDER, "qwen2_reward");
        try (RewardModel model = AdaptedRewardModelTest.trainedOn(classifier, manager)) {
            NDArray rewards = model.score(padded, BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, manager)
                    .rewards();
            PeftFolder.saveClassifier(folder, model.adapted(), "");
            SafetensorsWriter.writeFile(
                    folder.resolve("expected.safetensors"),
                    Map.of("ids", tiny.golden("ids"), "mask", tiny.golden("mask"), "logits", rewards),
                    SaveOptions.DEFAULT);
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void saves(String base, LoraConfig config) {
        assumeTrue(!FOLDER.isEmpty(), "skipped: -Drft4j.adapters=FOLDER says where to");
        TinyCheckpoint tiny = new TinyCheckpoint(base, manager);
        List<long[]> rows = tiny.goldenRows("ids");
        TokenBatch batch = Texts.wholly(rows);
        try (Policy policy = Policy.of(tiny.load(), Trainable.lora(config));
                AdamW optimizer = new AdamW(policy.parameters(), AdamWOptions.DEFAULT, manager)) {
            for (int i = 0; i < 3; i++) {
                policy.score(batch, PolicyScoreOptions.DEFAULT, manager)
                        .backward(batch.mask(manager).mul(-1), null);
                assertThat(optimizer.step(0.05).applied()).isTrue();
            }
            TokenIds ids = TokenIds.of(rows.toArray(long[][]::new));
            NDArray hidden = policy.decoder()
                    .forward(DecoderInput.rightPadded(ids), ActivationMemory.KEEP_NOTHING, manager)
                    .hidden();
            NDArray logits = hidden.matMul(policy.decoder().head().weight().transpose());
            double cap = policy.decoder().head().softcap();
            Path folder = Path.of(FOLDER, base);
            PeftFolder.save(folder, policy.adapter().orElseThrow(), policy.model(), "");
            SafetensorsWriter.writeFile(
                    folder.resolve("expected.safetensors"),
                    Map.of(
                            "ids",
                            ids.toArray(manager),
                            "logits",
                            cap > 0 ? logits.div(cap).tanh().mul(cap) : logits),
                    SaveOptions.DEFAULT);
        }
    }
}
