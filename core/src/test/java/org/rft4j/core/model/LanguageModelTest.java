package org.rft4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.StoredType;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.tokenizer.UnknownCharacters;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;

/** Models as users meet them: load, generate, score, save, load again. */
@Tag("newest-jdk")
class LanguageModelTest {
    /** A decode step and a whole forward pass add up in different orders. */
    private static final double CACHE_TOLERANCE = 1e-4;

    @TempDir
    private Path temporary;

    private static Path stories() {
        return GoldenModel.resource("/models/stories260K");
    }

    @Test
    void writesAStory() {
        try (LanguageModel model = LanguageModel.load(stories(), TestEngine.engine())) {
            Completion story = model.generate("Once upon a time", GenerateOptions.greedy(40));
            assertThat(story.text()).startsWith(", there was a little girl named Lily");
            assertThat(story.ended()).isFalse();
            assertThat(story.ids()).hasSize(40);
        }
    }

    @Test
    void whatItWroteScoresAsItWasDrawn() {
        try (LanguageModel model = LanguageModel.load(stories(), TestEngine.engine())) {
            long[] prompt = model.tokenizer().encode("Tom had a red ball", true).ids();
            GenerateOptions options = new GenerateOptions(24, SamplingFilter.NONE, 7);
            Completion drawn = model.generate(prompt, options);
            assertThat(model.generate(prompt, options)).as("same seed").isEqualTo(drawn);
            long[] all = java.util.stream.LongStream.concat(
                            java.util.Arrays.stream(prompt),
                            drawn.ids().stream().mapToLong(Long::longValue))
                    .toArray();
            double[] scores = model.score(all);
            for (int i = 0; i < drawn.ids().size(); i++) {
                assertThat(scores[prompt.length - 1 + i])
                        .isCloseTo(drawn.logProbs().get(i), within(CACHE_TOLERANCE));
            }
        }
    }

    @Test
    void savedAndLoadedAgainItIsBitForBitTheSame() throws Exception {
        try (LanguageModel first = LanguageModel.load(stories(), TestEngine.engine())) {
            first.save(temporary, SaveOptions.DEFAULT.withMaxShardBytes(300_000));
            assertThat(temporary.resolve("model.safetensors.index.json")).exists();
            try (LanguageModel second = LanguageModel.load(temporary, TestEngine.engine())) {
                assertThat(second.weights().config()).isEqualTo(first.weights().config());
                first.weights().named().forEach((name, weight) -> {
                    NDArray again = second.weights().named().get(name);
                    assertThat(again.toByteArray()).as(name).isEqualTo(weight.toByteArray());
                });
                assertThat(second.generate("The dog", GenerateOptions.greedy(8)))
                        .isEqualTo(first.generate("The dog", GenerateOptions.greedy(8)));
            }
            assertThat(Files.readString(temporary.resolve("config.json"))).contains("dtype\" : \"float32\"");
        }
    }

    @Test
    void inBf16ItIsHalfAsLargeAndSaysSo() throws Exception {
        try (LanguageModel model =
                LanguageModel.load(stories(), LoadOptions.DEFAULT.in(Precision.BF16), TestEngine.engine())) {
            assertThat(model.generate("Once upon a time", GenerateOptions.greedy(8))
                            .ids())
                    .hasSize(8);
            model.save(temporary, SaveOptions.DEFAULT);
        }
        assertThat(Files.readString(temporary.resolve("config.json"))).contains("dtype\" : \"bfloat16\"");
        assertThat(Files.size(temporary.resolve("model.safetensors")))
                .isLessThan(Files.size(stories().resolve("model.safetensors")) * 6 / 10);
        Path again = temporary.resolve("fp16");
        try (LanguageModel model = LanguageModel.load(temporary, TestEngine.engine())) {
            model.save(again, SaveOptions.DEFAULT.withFloatsAs(StoredType.F16));
        }
        assertThat(Files.readString(again.resolve("config.json"))).contains("dtype\" : \"float16\"");
    }

    @Test
    void freshModelsAreCompleteFolders() {
        DecoderConfig config = DecoderConfig.builder()
                .vocabulary(259)
                .width(32)
                .heads(4)
                .keyValueHeads(2)
                .queryKeyNorm()
                .untiedHead()
                .build();
        try (LanguageModel fresh =
                LanguageModel.fresh(config, Tokenizers.bytes(), KeyedRandom.ofSeed(5), TestEngine.engine())) {
            fresh.save(temporary, SaveOptions.DEFAULT);
            try (LanguageModel loaded = LanguageModel.load(temporary, TestEngine.engine())) {
                assertThat(loaded.weights().family().modelType()).isEqualTo("qwen3");
                assertThat(loaded.weights().config()).isEqualTo(config);
                assertThat(loaded.generate("abc", GenerateOptions.greedy(12)))
                        .isEqualTo(fresh.generate("abc", GenerateOptions.greedy(12)));
            }
            assertThatThrownBy(fresh::chatTemplate)
                    .hasMessageContaining("chat template was none, must come with the model to answer");
        }
    }

    @Test
    void characterModelsTooAndWithWindows() {
        String alphabet = "0123456789+= ";
        DecoderConfig config = DecoderConfig.builder()
                .vocabulary(alphabet.length() + 3)
                .slidingWindow(8)
                .build();
        try (LanguageModel fresh = LanguageModel.fresh(
                config,
                Tokenizers.characters(alphabet, UnknownCharacters.REFUSE),
                KeyedRandom.ofSeed(5),
                TestEngine.engine())) {
            fresh.save(temporary, SaveOptions.DEFAULT);
            try (LanguageModel loaded = LanguageModel.load(temporary, TestEngine.engine())) {
                assertThat(loaded.weights().family().modelType()).isEqualTo("mistral");
                assertThat(loaded.weights().config()).isEqualTo(config);
            }
        }
    }

    /** A GGUF file with a tokenizer beside it, saved as a Hugging Face folder. */
    @Test
    void ggufInHuggingFaceOut() throws Exception {
        Path file = temporary.resolve("model.gguf");
        Files.copy(GoldenModel.resource("/golden/files/llama.gguf"), file);
        try (Tokenizer letters = Tokenizers.characters("abc", UnknownCharacters.REFUSE)) {
            letters.save(temporary);
        }
        Path folder = temporary.resolve("saved");
        try (LanguageModel gguf = LanguageModel.load(file, TestEngine.engine())) {
            assertThat(gguf.stopIds()).isNotEmpty();
            assertThat(gguf.hasChatTemplate()).isFalse();
            Completion written = gguf.generate("ab", GenerateOptions.greedy(5));
            gguf.save(folder, SaveOptions.DEFAULT);
            try (LanguageModel loaded = LanguageModel.load(folder, TestEngine.engine())) {
                assertThat(loaded.weights().config()).isEqualTo(gguf.weights().config());
                assertThat(loaded.generate("ab", GenerateOptions.greedy(5))).isEqualTo(written);
            }
        }
    }

    /** A padded embedding: what is never drawn has no probability when it is scored. */
    @Test
    void scoresAmongTheTokensThatItDraws() {
        DecoderConfig padded = DecoderConfig.builder().vocabulary(40).build();
        Tokenizer letters = Tokenizers.characters("abc", UnknownCharacters.REFUSE);
        try (LanguageModel model = LanguageModel.fresh(padded, letters, KeyedRandom.ofSeed(3), TestEngine.engine())) {
            assertThat(model.usableTokens()).isEqualTo(letters.vocabularySize()).isLessThan(40);
            double sum = 0;
            for (long id = 0; id < model.usableTokens(); id++) {
                sum += Math.exp(model.score(new long[] {1, id})[0]);
            }
            assertThat(sum).isCloseTo(1, within(CACHE_TOLERANCE));
            Completion written = model.generate(new long[] {1}, GenerateOptions.sample(6, 4));
            long[] text = LongStream.concat(
                            LongStream.of(1), written.ids().stream().mapToLong(Long::longValue))
                    .toArray();
            double[] scores = model.score(text);
            for (int i = 0; i < scores.length; i++) {
                assertThat(scores[i]).isCloseTo(written.logProbs().get(i), within(CACHE_TOLERANCE));
            }
            assertThatThrownBy(() -> model.score(new long[] {1, 39}))
                    .hasMessageContaining("token id was 39, must be at least 0 and below the vocabulary size "
                            + model.usableTokens());
        }
    }

    @Test
    void tokenizersThatDoNotFitAreRefused() {
        DecoderConfig small = DecoderConfig.builder().vocabulary(200).build();
        assertThatThrownBy(() ->
                        LanguageModel.fresh(small, Tokenizers.bytes(), KeyedRandom.ofSeed(1), TestEngine.engine()))
                .hasMessageContaining("vocabulary of the tokenizer was 259, must not be larger than the model's, 200");
    }

    @Test
    void closingAModelFreesIt() {
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        for (int i = 0; i < 3; i++) {
            try (LanguageModel model = LanguageModel.load(stories(), TestEngine.engine())) {
                model.score(new long[] {1, 2, 3});
                model.generate("Once", GenerateOptions.greedy(3));
            }
        }
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    @Test
    void answersThroughItsOwnChatTemplate() {
        Path folder = Path.of(System.getProperty("rft4j.shared", "absent"), "models", "minimind2-small");
        assumeTrue(Files.isDirectory(folder), "needs minimind2-small under -Drft4j.shared");
        try (LanguageModel model = LanguageModel.load(folder, TestEngine.engine())) {
            Conversation question = Conversation.of(ChatMessage.user("What is the capital of France?"));
            Completion answer = model.answer(question, GenerateOptions.greedy(32));
            assertThat(answer.text().strip()).isEqualTo("The capital of France is Paris.");
            assertThat(answer.ended()).isTrue();
            assertThat(List.of(model.weights().family().modelType())).containsExactly("llama");
        }
    }
}
