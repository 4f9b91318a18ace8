package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;

final class TokenizersLoadTest {
    private static final Path STORIES = TokenizerFolders.resource("/models/stories260K");

    @TempDir
    Path folder;

    @Test
    @Tag("newest-jdk")
    void aSavedTokenizerIsTheFilesItCameFrom() throws IOException {
        copy("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "config.json");
        Files.writeString(folder.resolve("generation_config.json"), "{ \"eos_token_id\": [2,  1] }");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages }}");
        Path saved = folder.resolve("new").resolve("folder");
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            tokenizer.save(saved);
        }
        try (Stream<Path> files = Files.list(saved)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("config.json is the model's")
                    .containsExactlyInAnyOrder(
                            "tokenizer.json",
                            "tokenizer_config.json",
                            "special_tokens_map.json",
                            "generation_config.json",
                            "chat_template.jinja");
        }
        try (Stream<Path> files = Files.list(saved)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(file).hasSameBinaryContentAs(folder.resolve(file.getFileName())));
        }
        try (Tokenizer again = Tokenizers.load(saved)) {
            assertThat(again.specialTokens().eosIds()).containsExactly(2L, 1L);
            assertThat(again.encode("Once", true).ids()).startsWith(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"eos_token_id\": 2} | - | 2",
                "{\"eos_token_id\": [5, 2]} | {\"eos_token_id\": 7} | 5 2",
                "{\"eos_token_id\": null} | {\"eos_token_id\": [7]} | 7",
                "{} | {\"eos_token_id\": 7} | 7",
                "- | {\"eos_token_id\": [7, 8]} | 7 8",
                "- | {} | 2",
                "- | - | 2"
            })
    void theFirstFileThatNamesAnEndCounts(String generation, String model, String expected) throws IOException {
        copy("tokenizer.json", "tokenizer_config.json");
        writeUnlessNull("generation_config.json", generation);
        writeUnlessNull("config.json", model);
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            assertThat(tokenizer.specialTokens().eosIds())
                    .isEqualTo(Stream.of(expected.split(" ")).map(Long::valueOf).toList());
            assertThat(tokenizer.specialTokens().eos()).contains(new SpecialToken("</s>", 2));
        }
    }

    @Test
    void generationMayPadAndBeginWithOtherIdsThanTheTokenizer() throws IOException {
        copy("tokenizer.json", "tokenizer_config.json");
        Files.writeString(folder.resolve("generation_config.json"), "{\"pad_token_id\": 0, \"bos_token_id\": -1}");
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            SpecialTokens special = tokenizer.specialTokens();
            assertThat(special.pad()).isEmpty();
            assertThat(special.generationPadId()).contains(0L);
            assertThat(special.generationBosId()).as("-1 is no id").contains(1L);
        }
    }

    @Test
    void anEndOutsideTheVocabularyIsRefused() throws IOException {
        copy("tokenizer.json", "tokenizer_config.json");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 512]}");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "eos_token_id in generation_config.json was 512, must be an id of the tokenizer, whose ids are"
                                + " below 512; check that tokenizer and model belong together");
    }

    @Test
    void savedTruncationAndPaddingAreOff() {
        try (Tokenizer tokenizer = TokenizerFolders.load("added_tokens")) {
            assertThat(tokenizer.encode("x".repeat(5000), true).size()).isEqualTo(5000);
            assertThat(tokenizer.encode("x", true).size()).isEqualTo(1);
        }
    }

    @Test
    void tokensThatOnlyAConfigurationNamesAreAddedBehindTheVocabulary() {
        try (Tokenizer tokenizer = TokenizerFolders.load("added_tokens")) {
            assertThat(tokenizer.idOf("<extra>")).contains(259L);
            assertThat(tokenizer.isSpecial(259)).isFalse();
            assertThat(tokenizer.tokenOf(
                            tokenizer.specialTokens().pad().orElseThrow().id()))
                    .isEqualTo("[PAD]");
            assertThat(tokenizer.isSpecial(tokenizer.idOf("<think>").orElseThrow()))
                    .isTrue();
            assertThat(tokenizer.isSpecial(tokenizer.idOf("<img>").orElseThrow()))
                    .isTrue();
            assertThat(tokenizer.idOf("no such token")).isEqualTo(Optional.empty());
        }
    }

    @Test
    void withoutTokenizerJsonTheWayOutDependsOnWhatIsThere() throws IOException {
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "tokenizer folder " + folder + " was without tokenizer.json, must have a tokenizer.json; copy"
                                + " it from where the model comes from");
        Files.writeString(folder.resolve("vocab.json"), "{}");
        Files.writeString(folder.resolve("merges.txt"), "");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .hasMessage(
                        "tokenizer folder " + folder + " was without tokenizer.json, but with [vocab.json, merges.txt],"
                                + " must have a tokenizer.json; make it once in Python:"
                                + " transformers.AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)");
        assertThatThrownBy(() -> Tokenizers.load(folder.resolve("none")))
                .hasMessage("tokenizer folder was " + folder.resolve("none")
                        + ", must be a folder; pass the folder that holds tokenizer.json");
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\"");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(folder + "/tokenizer.json was unreadable (")
                .hasMessageEndingWith("must be JSON; copy the file again");
        Files.writeString(folder.resolve("tokenizer.json"), "[]");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .hasMessage(folder + "/tokenizer.json was no JSON object, must be one; copy the file again");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .hasMessage(
                        "model.vocab in tokenizer.json of " + folder + " was MISSING, must be an object of tokens and"
                                + " ids, or an array of tokens and scores; copy the file again from where the model comes from");
        Files.writeString(
                folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Novel\", \"vocab\": {\"a\": 0}}}");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("tokenizer.json of " + folder + " was refused (")
                .hasMessageContaining("must be a tokenizer of the tokenizers library");
    }

    @Test
    void splittingSpecialTokensIsRefused() throws IOException {
        copy("tokenizer.json");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"split_special_tokens\": true}");
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .hasMessage("split_special_tokens in tokenizer_config.json of " + folder + " was true, must be false;"
                        + " remove it: special tokens that are spelled out in a text become their ids here");
    }

    /** Native code would leave them out, or take the lower 32 bits for an id. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 512, 1L << 33})
    void idsOutsideTheVocabularyNeverReachNativeCode(long id) {
        try (Tokenizer tokenizer = Tokenizers.load(STORIES)) {
            String message = "token id was " + id + ", must be one of the vocabulary, whose ids are below 512";
            assertThatThrownBy(() -> tokenizer.decode(new long[] {5, id}, true))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(message);
            assertThatThrownBy(() -> tokenizer.offsetsOf(new long[] {id}, true)).hasMessageStartingWith(message);
            assertThatThrownBy(() -> tokenizer.tokenOf(id)).hasMessageStartingWith(message);
            assertThatThrownBy(() -> tokenizer.isSpecial(id)).hasMessageStartingWith(message);
        }
    }

    @ParameterizedTest
    @CsvSource({"'a\\uD83D',1,D83D", "'\\uDE00b',0,DE00", "'\\uD83D\\uDE00\\uD83D ',2,D83D"})
    void unpairedSurrogatesAreRefused(String escaped, int index, String unit) {
        String text = unescape(escaped);
        try (Tokenizer tokenizer = Tokenizers.load(STORIES)) {
            assertThatThrownBy(() -> tokenizer.encode(text, true))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("character " + index + " of the text was the unpaired surrogate U+" + unit
                            + ", must be a Unicode character; replace it, for example by U+FFFD, or find out who cut the"
                            + " text inside a character");
        }
    }

    @Test
    void aClosedTokenizerSaysSo() {
        Tokenizer tokenizer = Tokenizers.load(STORIES);
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("a", true))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("tokenizer was closed, must be open; use it before it is closed");
        assertThatThrownBy(() -> tokenizer.decode(new long[] {5}, true)).hasMessageContaining("must be open");
    }

    @Test
    void nothingIsReportedOrDownloaded() {
        Tokenizers.load(STORIES).close();
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
        assertThat(System.getProperty("RUST_FLAVOR")).isEqualTo("cpu");
    }

    @Test
    void manyThreadsGetTheSameAsOne() {
        List<String> texts = Stream.iterate(0, i -> i + 1)
                .limit(300)
                .map(i -> "Lily had " + i + " \uD83D\uDE00 toys")
                .toList();
        try (Tokenizer tokenizer = Tokenizers.load(STORIES)) {
            List<String> serial =
                    texts.stream().map(text -> roundTrip(tokenizer, text)).toList();
            List<String> parallel = texts.parallelStream()
                    .map(text -> roundTrip(tokenizer, text))
                    .toList();
            assertThat(parallel).isEqualTo(serial).isEqualTo(texts);
        }
    }

    private static String roundTrip(Tokenizer tokenizer, String text) {
        return tokenizer.decode(tokenizer.encode(text, true).ids(), true);
    }

    private void copy(String... names) throws IOException {
        for (String name : names) {
            Files.copy(STORIES.resolve(name), folder.resolve(name));
        }
    }

    private void writeUnlessNull(String name, String content) throws IOException {
        if (content != null) {
            Files.writeString(folder.resolve(name), content);
        }
    }

    private static String unescape(String text) {
        return text.replace("\\uD83D", "\uD83D").replace("\\uDE00", "\uDE00");
    }
}
