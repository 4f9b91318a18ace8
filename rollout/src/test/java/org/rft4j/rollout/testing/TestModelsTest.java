package org.rft4j.rollout.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;

class TestModelsTest {
    @Test
    void theRealModelTellsAStory() {
        try (LanguageModel model = TestModels.stories()) {
            assertThat(model.generate("Once upon a time", GenerateOptions.greedy(12))
                            .text())
                    .startsWith(", there was a little girl named L");
        }
    }
}
