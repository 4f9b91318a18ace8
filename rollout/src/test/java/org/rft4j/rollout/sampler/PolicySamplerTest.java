package org.rft4j.rollout.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.rollout.testing.TestModels;

class PolicySamplerTest {
    private static LanguageModel model;

    @BeforeAll
    static void load() {
        model = TestModels.stories();
    }

    @AfterAll
    static void free() {
        model.close();
    }

    @Test
    void tellsAStory() {
        try (PolicySampler sampler = PolicySampler.of(model, SamplerOptions.DEFAULT)) {
            Sample sample = sampler.sample(List.of(new SampleRequest(
                            SampleKey.of("story", 0), Prompt.of("Once upon a time"), SamplingOptions.greedy(12))))
                    .get(0);
            assertThat(sample.error()).isEmpty();
            assertThat(sample.text()).startsWith(", there was a little girl named L");
            assertThat(sample.stopReason()).isEqualTo(StopReason.LENGTH);
        }
    }
}
