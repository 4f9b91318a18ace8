package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;

/** Each of these files and texts ended the whole process once, never returned, or failed without saying why. */
final class HostileTokenizersTest {
    private static final String COPY = "; copy the file again from where the model comes from";
    private static final String WORD_LEVEL =
            ",\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\" \":1,\"u\":2},\"unk_token\":\"u\"}}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"decoder\":{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":1}"
                        + "| stop of a Strip decoder in tokenizer.json of FOLDER was 1, must be 0; set it to 0: the native"
                        + " decoder fails where a token is shorter than what it is to lose",
                "\"decoder\":{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Strip\",\"content\":\" \",\"start\":0,\"stop\":5}]}"
                        + "| stop of a Strip decoder in tokenizer.json of FOLDER was 5, must be 0; set it to 0: the native"
                        + " decoder fails where a token is shorter than what it is to lose",
                "\"decoder\":[\"Strip\",\" \",1,1]| decoder in tokenizer.json of FOLDER was ARRAY, must be an object"
                        + COPY,
                "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<x>\",\"type_id\":0}}],"
                        + "\"pair\":[],\"special_tokens\":{}}"
                        + "| special token of the template single in tokenizer.json of FOLDER was \"<x>\", must be one of its"
                        + " special_tokens; add it to them, with its ids and tokens",
                "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],"
                        + "\"pair\":[],\"special_tokens\":{}}"
                        + "| sequence of the template single in tokenizer.json of FOLDER was B, must be A; remove it: there is"
                        + " one text only",
                "\"normalizer\":{\"type\":\"Prepend\",\"prepend\":\"\"}"
                        + "| prepend of a normalizer in tokenizer.json of FOLDER was empty, must have a character; remove it",
                "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"x\"}"
                        + "| pattern of a normalizer in tokenizer.json of FOLDER was empty, must have a character; remove it",
                "\"decoder\":{\"type\":\"Fuse\",\"x\":1e999}"
                        + "| number in tokenizer.json of FOLDER was \"Infinity\", must be finite" + COPY,
                "\"decoder\":{\"type\":\"Fuse\",\"x\":\"\\ud800\"}"
                        + "| text in tokenizer.json of FOLDER was one with an unpaired surrogate, must consist of Unicode"
                        + " characters" + COPY
            })
    void partsThatEndTheProcessAreRefused(String part, String message) throws IOException {
        refuses("{\"version\":\"1.0\"," + part + WORD_LEVEL, message);
    }

    @ParameterizedTest
    @CsvSource({
        "AAAA,3 bytes long",
        "'!',no base64",
        "/////w==,one whose trie has 4294967295 of the 0 bytes",
        "AwAAAAAAAA==,one whose trie has 3 of the 3 bytes",
        "BAAAAAAAAAA=,one whose trie points outside itself"
    })
    void brokenCharacterMapsAreRefused(String map, String value) throws IOException {
        refuses(
                precompiled(map),
                "precompiled_charsmap in tokenizer.json of FOLDER was " + value
                        + ", must be a character map of SentencePiece in base64" + COPY);
    }

    @Test
    void aCharacterMapThatStaysInsideWorks() throws IOException {
        ByteBuffer map = ByteBuffer.allocate(4 + 2048 + 2).order(ByteOrder.LITTLE_ENDIAN);
        map.putInt(0, 2048);
        map.putInt(4, 256 << 10); // the root leads to the second block
        map.putInt(4 + 4 * (256 + 'b'), 1 << 8 | 'b' | ('b' ^ 1) << 10); // "b" has the value at 257
        map.putInt(4 + 4 * 257, 0x8000_0000);
        map.put(4 + 2048, (byte) 'a');
        write(precompiled(Base64.getEncoder().encodeToString(map.array())));
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            assertThat(tokenizer.encode("b", false).ids()).as("b becomes a").containsExactly(0);
        }
        map.putInt(4 + 4 * 257, 0x8000_0002);
        refuses(
                precompiled(Base64.getEncoder().encodeToString(map.array())),
                "precompiled_charsmap in tokenizer.json of FOLDER was one whose trie points outside itself, must be a"
                        + " character map of SentencePiece in base64" + COPY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":2000000000}|2000000000",
                "{\"a\":2147483647}|2147483647",
                "{\"a\":-1}|-1",
                "{\"a\":16777217}|16777217",
                "{\"a\":1.5}|1.5",
                "{\"a\":\"0\"}|\"0\""
            })
    void wildIdsAreRefused(String vocabulary, String id) throws IOException {
        refuses(
                "{\"model\":{\"type\":\"WordLevel\",\"vocab\":" + vocabulary + "}}",
                "id of the token \"a\" in tokenizer.json of FOLDER was " + id
                        + ", must be a whole number from 0 to 16777216" + COPY);
    }

    @Test
    void addedTokensAreChecked() throws IOException {
        refuses(
                "{\"added_tokens\":{}" + WORD_LEVEL,
                "added_tokens in tokenizer.json of FOLDER was OBJECT, must be an array" + COPY);
        refuses(
                "{\"added_tokens\":[{\"content\":\"x\",\"id\":-1}]" + WORD_LEVEL,
                "id of token 0 of added_tokens in tokenizer.json of FOLDER was -1, must be a whole number from 0 to"
                        + " 16777216" + COPY);
        Files.writeString(
                folder.resolve("tokenizer_config.json"), "{\"added_tokens_decoder\":{\"x\":{\"content\":\"y\"}}}");
        refuses(
                "{\"version\":\"1.0\"" + WORD_LEVEL,
                "id in added_tokens_decoder of tokenizer_config.json of FOLDER was \"x\", must be a whole number from 0 to"
                        + " 16777216" + COPY);
    }

    @Test
    void anEmptySpecialTokenIsNone() throws IOException {
        try (Tokenizer fresh = Tokenizers.characters("ab", UnknownCharacters.REFUSE)) {
            fresh.save(folder);
        }
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"mask_token\":\"\",\"eos_token\":\"\",\"additional_special_tokens\":[\"\"]}");
        try (Tokenizer tokenizer = Tokenizers.load(folder)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(5);
            assertThat(tokenizer.specialTokens().eos()).isEmpty();
            assertThat(tokenizer.encode("ab", false).ids()).containsExactly(0, 1);
            assertThatThrownBy(() -> tokenizer.encode("c", false)).hasMessageContaining("'c' (U+0063)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3_2", "bytes"})
    void textsThatAreTooLongAreRefused(String name) {
        try (Tokenizer tokenizer = TokenizerFolders.load(name)) {
            assertThatThrownBy(() -> tokenizer.encode(" ".repeat(4_000_000) + "x", false))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("length of the text was 4000001, must be <= 4000000; encode it in parts: native code"
                            + " fails where a pattern of this tokenizer runs over more");
            if (name.equals("llama3_2")) {
                assertThat(tokenizer.encode(" ".repeat(3_999_999) + "x", false).size())
                        .isPositive();
            }
        }
    }

    private static String precompiled(String map) {
        return "{\"version\":\"1.0\",\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"" + map + "\"}"
                + WORD_LEVEL;
    }

    private void refuses(String json, String message) throws IOException {
        write(json);
        assertThatThrownBy(() -> Tokenizers.load(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message.replace("FOLDER", folder.toString()));
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
    }
}
