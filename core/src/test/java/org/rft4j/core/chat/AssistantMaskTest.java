package org.rft4j.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Encoding;
import org.rft4j.core.tokenizer.SpecialToken;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;

/** The assistant's tokens are those that transformers marks. */
final class AssistantMaskTest {
    private static final JsonNode GOLDEN = GoldenChats.json("assistant_masks.json");
    private static final int LEAST_CASES = 20;

    static Stream<JsonNode> cases() {
        return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false);
    }

    @Test
    void thereAreManyCases() {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(LEAST_CASES);
        assertThat(cases().map(golden -> golden.get("mask").textValue())).allMatch(mask -> mask.contains("01"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void marksWhatTransformersMarks(JsonNode golden) {
        String name = golden.get("template").textValue();
        String source = name.equals("synthetic") ? GOLDEN.get(name).textValue() : GoldenChats.template(name);
        try (Tokenizer tokenizer =
                Tokenizers.load(resource(golden.get("tokenizer").textValue()))) {
            RenderedChat chat = ChatTemplate.of(source)
                    .withSpecialTokens(tokens(tokenizer))
                    .render(GoldenChats.conversation(golden), RenderOptions.TRAINING);
            Encoding encoding = tokenizer.encode(chat.text(), false);
            assertThat(encoding.ids())
                    .containsExactly(StreamSupport.stream(golden.get("ids").spliterator(), false)
                            .mapToLong(JsonNode::longValue)
                            .toArray());
            assertThat(digits(AssistantMask.of(chat, encoding)))
                    .isEqualTo(golden.get("mask").textValue());
        }
    }

    @Test
    void spansReachNoFurtherThanTheirTokens() {
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            Encoding encoding = tokenizer.encode("abc\u00e9", false);
            assertThat(mask(encoding, "abc\u00e9", new CharSpan(0, 1))).isEqualTo("10000");
            assertThat(mask(encoding, "abc\u00e9", new CharSpan(1, 1))).isEqualTo("00000");
            assertThat(mask(encoding, "abc\u00e9", new CharSpan(1, 2), new CharSpan(3, 4)))
                    .isEqualTo("01010");
            assertThatThrownBy(() -> mask(encoding, "abc", new CharSpan(0, 1)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("encoded text was another one, of 4 characters, must be that of the chat, of 3; "
                            + "encode chat.text()");
        }
    }

    private static String mask(Encoding encoding, String text, CharSpan... spans) {
        return digits(AssistantMask.of(new RenderedChat(text, List.of(spans)), encoding));
    }

    private static Map<String, String> tokens(Tokenizer tokenizer) {
        return Map.of(
                "bos_token",
                        tokenizer.specialTokens().bos().map(SpecialToken::text).orElse(""),
                "eos_token",
                        tokenizer.specialTokens().eos().map(SpecialToken::text).orElse(""));
    }

    private static String digits(boolean[] mask) {
        return IntStream.range(0, mask.length)
                .mapToObj(i -> mask[i] ? "1" : "0")
                .collect(Collectors.joining());
    }

    private static Path resource(String folder) {
        try {
            return Path.of(AssistantMaskTest.class.getResource("/" + folder).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
