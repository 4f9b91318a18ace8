package org.rft4j.core.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Snippets that together use the whole language render, or fail, as in Python (see {@code golden/jinja_snippets.py}). */
final class SnippetsTest {
    /** In transformers there is always a clock. */
    private static final JinjaOptions OPTIONS =
            JinjaOptions.DEFAULT.withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private static final int LEAST_SNIPPETS = 1000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode GOLDEN = read();
    private static final Map<String, Object> CONTEXT = context();

    private static JsonNode read() {
        try (InputStream in = SnippetsTest.class.getResourceAsStream("/golden/chat/snippets.json")) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> context() {
        Map<String, Object> context = MAPPER.convertValue(GOLDEN.get("context"), new TypeReference<>() {});
        context.put("tools", null);
        context.put("documents", null);
        context.put("add_generation_prompt", false);
        return context;
    }

    static Stream<JsonNode> rendered() {
        return StreamSupport.stream(GOLDEN.get("snippets").spliterator(), false).filter(snippet -> snippet.has("text"));
    }

    static Stream<JsonNode> failing() {
        return StreamSupport.stream(GOLDEN.get("snippets").spliterator(), false)
                .filter(snippet -> snippet.has("error"));
    }

    @Test
    void thereAreMany() {
        assertThat(GOLDEN.get("snippets").size()).isGreaterThanOrEqualTo(LEAST_SNIPPETS);
    }

    @ParameterizedTest
    @MethodSource("rendered")
    void rendersAsInPython(JsonNode snippet) {
        String source = snippet.get("source").textValue();
        Rendering rendering = JinjaTemplate.parse("snippet", source).render(CONTEXT, OPTIONS);
        assertThat(rendering.text()).as(source).isEqualTo(snippet.get("text").textValue());
        if (snippet.has("spans")) {
            assertThat(rendering.generations())
                    .as(source)
                    .isEqualTo(StreamSupport.stream(snippet.get("spans").spliterator(), false)
                            .map(span -> new Rendering.Span(
                                    span.get(0).intValue(), span.get(1).intValue()))
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("failing")
    void failsAsInPython(JsonNode snippet) {
        String source = snippet.get("source").textValue();
        Throwable error =
                catchThrowable(() -> JinjaTemplate.parse("snippet", source).render(CONTEXT, OPTIONS));
        assertThat(error).as(source).isInstanceOf(TemplateException.class);
        TemplateException failure = (TemplateException) error;
        assertThat(failure.kind())
                .as(source)
                .isEqualTo(kind(snippet.get("error").textValue()));
        if (snippet.has("message")) {
            assertThat(failure.reason())
                    .as(source)
                    .isEqualTo(snippet.get("message").textValue());
        }
        if (snippet.has("line")) {
            assertThat(failure.line()).as(source).isEqualTo(snippet.get("line").intValue());
        }
    }

    private static TemplateException.Kind kind(String python) {
        return switch (python) {
            case "TemplateSyntaxError", "TemplateAssertionError", "SyntaxError" -> TemplateException.Kind.SYNTAX;
            case "UndefinedError" -> TemplateException.Kind.UNDEFINED;
            case "TemplateError" -> TemplateException.Kind.RAISED;
            case "SecurityError" -> TemplateException.Kind.SECURITY;
            default -> TemplateException.Kind.RUNTIME;
        };
    }
}
