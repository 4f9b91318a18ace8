package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** The steps in Java against the decoders in native code, which no real tokenizer here has in this combination. */
final class DecodePlanTest {
    private static final int SEQUENCES = 100;
    private static final int LENGTH = 12;
    private static final String REPLACE =
            "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\u2581\"},\"content\":\" \"}";
    private static final String STRIP = "{\"type\":\"Strip\",\"content\":\" \",\"start\":2,\"stop\":0}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{\"type\":\"Fuse\"}",
                "{\"type\":\"ByteFallback\"}",
                "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true}",
                "{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"always\",\"split\":true}",
                "{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"first\",\"split\":false}",
                "{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"never\",\"split\":true}",
                STRIP,
                "{\"type\":\"Sequence\",\"decoders\":[" + REPLACE + ",{\"type\":\"ByteFallback\"}," + STRIP + "]}",
                "{\"type\":\"Sequence\",\"decoders\":[" + REPLACE + ",{\"type\":\"ByteFallback\"},{\"type\":\"Fuse\"},"
                        + STRIP + "]}",
                "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"ByteFallback\"},{\"type\":\"Fuse\"}," + REPLACE
                        + "]}",
                "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Fuse\"}," + STRIP + "," + REPLACE + "]}"
            })
    void piecesAreTheWhole(String decoder) {
        KeyedRandom random = KeyedRandom.ofSeed(5).derive(decoder);
        try (Tokenizer tokenizer = tokenizer(decoder)) {
            for (int s = 0; s < SEQUENCES; s++) {
                KeyedRandom draws = random.derive(s);
                long[] ids = LongStream.range(0, LENGTH)
                        .map(i -> (long) (draws.uniform(i) * tokenizer.vocabularySize()))
                        .toArray();
                for (boolean skip : new boolean[] {true, false}) {
                    String whole = tokenizer.decode(ids, skip);
                    assertThat(tokenizer.offsetsOf(ids, skip).text()).isEqualTo(whole);
                    IncrementalDecoder pieces = tokenizer.incrementalDecoder(skip);
                    StringBuilder text = new StringBuilder();
                    LongStream.of(ids).forEach(id -> text.append(pieces.accept(id)));
                    assertThat(text.append(pieces.flush())).hasToString(whole);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}",
                "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"z+\"},\"content\":\" \"}",
                "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Fuse\"},{\"type\":\"ByteFallback\"}]}"
            })
    void whatCannotWorkPieceByPieceIsRefusedWhenAskedFor(String decoder) {
        try (Tokenizer tokenizer = tokenizer(decoder)) {
            assertThat(tokenizer.decode(new long[] {3}, true)).isEqualTo("a");
            assertThatThrownBy(() -> tokenizer.incrementalDecoder(true))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("decoder of tokenizer.json was {")
                    .hasMessageEndingWith("must be ByteLevel, ByteFallback, Fuse, Metaspace, Replace or Strip, or a"
                            + " sequence of these in an order that pieces can follow; decode whole sequences with"
                            + " decode(...)");
        }
    }

    @Test
    void cleaningUpNeedsTheWholeText() {
        ObjectNode config = TokenizerFiles.newObject().put("clean_up_tokenization_spaces", true);
        try (Tokenizer tokenizer =
                PretrainedTokenizer.of(TokenizerFiles.of(definition("{\"type\":\"Fuse\"}"), config))) {
            assertThat(tokenizer.decode(new long[] {3, 2, 4}, true)).isEqualTo("a.");
            assertThatThrownBy(() -> tokenizer.offsetsOf(new long[] {3}, true))
                    .hasMessage(
                            "clean_up_tokenization_spaces in tokenizer_config.json of memory was true, must be false"
                                    + " to decode piece by piece; decode whole sequences with decode(...)");
        }
    }

    private static Tokenizer tokenizer(String decoder) {
        return PretrainedTokenizer.of(TokenizerFiles.of(definition(decoder), TokenizerFiles.newObject()));
    }

    private static ObjectNode definition(String decoder) {
        String[] tokens = {
            "<unk>",
            "\u2581",
            " ",
            "a",
            ".",
            "\u2581\u2581b",
            " c ",
            "<0xE2>",
            "<0x96>",
            "<0x81>",
            "<0x41>",
            "<0xFF>",
            "\u0120x",
            "\u00E2",
            "\u0138",
            "\u00C3",
            "\u65E5",
            "<s>"
        };
        ObjectNode root =
                json("{\"version\":\"1.0\",\"added_tokens\":[{\"id\":17,\"content\":\"<s>\",\"single_word\":false,"
                        + "\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}],\"model\":{\"type\":"
                        + "\"WordLevel\",\"vocab\":{},\"unk_token\":\"<unk>\"}}");
        ObjectNode vocab = (ObjectNode) root.path("model").path("vocab");
        for (int id = 0; id < tokens.length; id++) {
            vocab.put(tokens[id], id);
        }
        JsonNode value = json("{\"d\":" + decoder + "}").path("d");
        root.set("decoder", value);
        return root;
    }

    private static ObjectNode json(String text) {
        return TokenizerFiles.parse("test", text.getBytes(StandardCharsets.UTF_8));
    }
}
