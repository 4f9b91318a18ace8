package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.StoredType;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.Completion;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;

/** The code of docs/models.md. */
class ModelsPageTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private final Path copy = stories.fresh("copy");

    @AfterEach
    void free() {
        stories.close();
        engine.close();
    }

    @Test
    void loadGenerateScoreSave() throws IOException {
        Path folder = stories.folder();
        try (LanguageModel model = LanguageModel.load(folder, engine)) {
            Completion greedy = model.generate("Once upon a time", GenerateOptions.greedy(40));
            Completion sampled = model.generate("Once upon a time", GenerateOptions.sample(40, 7));
            double[] logProbs = model.score(
                    model.tokenizer().encode("The sky is blue.", true).ids());
            model.save(copy, SaveOptions.DEFAULT.withFloatsAs(StoredType.BF16));
            assertThat(greedy.text()).startsWith(", there was a little girl named Lily");
            assertThat(sampled.text()).isNotEqualTo(greedy.text());
            assertThat(logProbs).isNotEmpty().doesNotContain(0);
        }
        assertThat(copy).isDirectoryContaining("glob:**/chat_template.jinja");
    }

    @Test
    void options() throws IOException {
        LoadOptions options =
                LoadOptions.DEFAULT.in(Precision.BF16).withContextLength(8_192).ignoring("my_own_option");
        try (LanguageModel model = LanguageModel.load(stories.folder(), options, engine)) {
            assertThat(model.weights().config().contextLength()).isEqualTo(8_192);
        }
    }

    @Test
    void gguf() throws IOException {
        Path folder = stories.gguf();
        try (LanguageModel model = LanguageModel.load(folder.resolve("model.gguf"), engine)) {
            model.save(copy, SaveOptions.DEFAULT);
        }
        try (LanguageModel again = LanguageModel.load(copy, engine)) {
            assertThat(again.weights().family().modelType()).isEqualTo("llama");
        }
    }

    @Test
    void fresh() {
        DecoderConfig config = DecoderConfig.builder()
                .vocabulary(259)
                .width(64)
                .layers(2)
                .heads(4)
                .keyValueHeads(2)
                .build();
        try (LanguageModel model = LanguageModel.fresh(config, Tokenizers.bytes(), KeyedRandom.ofSeed(1), engine)) {
            model.save(copy, SaveOptions.DEFAULT);
        }
        try (LanguageModel again = LanguageModel.load(copy, engine)) {
            assertThat(again.weights().config()).isEqualTo(config);
        }
    }

    @Test
    void weightsAlone() throws IOException {
        Path folder = stories.folder();
        Path rewardFolder = Stories.reward();
        ClassifierWeights classifier = Checkpoints.loadClassifier(rewardFolder, LoadOptions.DEFAULT, engine.manager());
        ModelWeights weights = Checkpoints.load(folder, LoadOptions.DEFAULT, engine.manager());
        assertThat(classifier.score().getShape().get(0)).isEqualTo(1);
        assertThat(weights.config().head().tied()).isTrue();
    }
}
