package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.ModelMemory;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The code of docs/memory.md. */
class MemoryPageTest {
    /** Of stories260K, in fp32. */
    private static final long WEIGHTS = 260_032L * Float.BYTES;

    @Test
    void whatIsThereAllTheTime() throws IOException {
        try (Stories stories = new Stories();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(stories.folder(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            ModelMemory memory = policy.memory();
            long always = memory.weightBytes() + memory.gradientBytes() + 2 * memory.trainedBytes();

            assertThat(memory.weightBytes()).isEqualTo(WEIGHTS);
            assertThat(always).isEqualTo(4 * WEIGHTS);
        }
    }

    @Test
    void whatMakesItSmaller() throws IOException {
        UpdatePlan small = UpdatePlan.DEFAULT.withMicroBatches(2_048, 16).withMemory(ActivationMemory.RECOMPUTE_LAYERS);
        Trainable adapter = Trainable.lora(LoraConfig.of(16, 32, LoraTargets.allLinear()));
        SamplerOptions sampling = SamplerOptions.DEFAULT.withMaxRows(16);

        assertThat(small.tokenBudget()).isEqualTo(2_048);
        assertThat(sampling.maxRows()).isEqualTo(16);
        try (Stories stories = new Stories();
                TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model = LanguageModel.load(stories.folder(), engine);
                Policy policy = Policy.of(model.weights(), adapter)) {
            assertThat(policy.memory().gradientBytes())
                    .isEqualTo(policy.memory().trainedBytes())
                    .isPositive()
                    .isLessThan(WEIGHTS);
        }
    }
}
