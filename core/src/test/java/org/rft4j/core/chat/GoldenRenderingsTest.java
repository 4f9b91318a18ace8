package org.rft4j.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.engine.InvalidInputException;

/** Real templates and conversations render as in transformers, down to the character, the span and the error. */
final class GoldenRenderingsTest {
    private static final int LEAST_TEMPLATES = 70;
    private static final Map<String, String> TOKENS =
            Map.of("bos_token", "<s>", "eos_token", "</s>", "pad_token", "<pad>", "unk_token", "<unk>");
    private static final JsonNode CONVERSATIONS = GoldenChats.json("conversations.json");
    private static final JsonNode RENDERINGS = GoldenChats.json("renderings.json");

    static Stream<String> templates() {
        return RENDERINGS.properties().stream().map(Map.Entry::getKey);
    }

    @Test
    void theCorpusIsLarge() {
        assertThat(RENDERINGS.size()).isGreaterThanOrEqualTo(LEAST_TEMPLATES);
        assertThat(CONVERSATIONS.size()).isGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void rendersAsTransformersDoes(String name) {
        ChatTemplate template = ChatTemplate.of(Map.of("default", GoldenChats.template(name)), TOKENS);
        RENDERINGS.get(name).properties().forEach(golden -> compare(template, golden.getKey(), golden.getValue()));
    }

    static void compare(ChatTemplate template, String conversation, JsonNode golden) {
        JsonNode source = CONVERSATIONS.get(conversation);
        Conversation messages = GoldenChats.conversation(source);
        RenderOptions options = GoldenChats.options(source);
        if (golden.has("error")) {
            assertFails(catchThrowable(() -> template.render(messages, options)), conversation, golden);
            return;
        }
        RenderedChat rendered = template.render(messages, options);
        assertThat(rendered.text())
                .as(conversation)
                .isEqualTo(golden.get("text").textValue());
        assertThat(template.renderText(messages, options)).isEqualTo(rendered.text());
        if (golden.has("spans")) {
            assertThat(spans(rendered)).as(conversation).isEqualTo(spans(golden.get("spans")));
        }
    }

    private static void assertFails(Throwable error, String conversation, JsonNode golden) {
        String kind = golden.get("error").textValue();
        String message = golden.get("message").textValue();
        if (kind.equals("ValueError")) {
            assertThat(error).as(conversation).isInstanceOf(InvalidInputException.class);
            return;
        }
        assertThat(error).as(conversation).isInstanceOf(TemplateException.class).hasMessageContaining(message);
        TemplateException.Kind expected = kind.equals("TemplateError")
                ? TemplateException.Kind.RAISED
                : kind.equals("UndefinedError") ? TemplateException.Kind.UNDEFINED : TemplateException.Kind.RUNTIME;
        assertThat(((TemplateException) error).kind()).as(conversation).isEqualTo(expected);
        assertThat(((TemplateException) error).reason()).as(conversation).isEqualTo(message);
    }

    /** Python counts code points. */
    private static List<List<Integer>> spans(RenderedChat rendered) {
        String text = rendered.text();
        return rendered.assistantSpans().stream()
                .map(span -> List.of(text.codePointCount(0, span.start()), text.codePointCount(0, span.end())))
                .toList();
    }

    private static List<List<Integer>> spans(JsonNode golden) {
        return StreamSupport.stream(golden.spliterator(), false)
                .map(span -> List.of(span.get(0).intValue(), span.get(1).intValue()))
                .toList();
    }
}
