package org.rft4j.core.chat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.jinja.JinjaOptions;

/** Reads the files that {@code src/test/golden/chat_templates.py} writes. */
final class GoldenChats {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T09:05:07Z"), ZoneOffset.UTC);

    private GoldenChats() {}

    static JsonNode json(String file) {
        try (InputStream in = GoldenChats.class.getResourceAsStream("/golden/chat/" + file)) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String template(String name) {
        try (InputStream in = GoldenChats.class.getResourceAsStream("/golden/chat/templates/" + name + ".jinja")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Conversation conversation(JsonNode golden) {
        List<ChatMessage> messages = new ArrayList<>();
        golden.path("messages").forEach(message -> messages.add(ChatMessage.fromMap(map(message))));
        List<ToolSpec> tools = new ArrayList<>();
        golden.path("tools").forEach(tool -> tools.add(new ToolSpec(map(tool))));
        List<Map<String, Object>> documents = new ArrayList<>();
        golden.path("documents").forEach(document -> documents.add(map(document)));
        return new Conversation(messages, tools, documents);
    }

    static RenderOptions options(JsonNode golden) {
        RenderOptions options = golden.path("continue_final_message").asBoolean()
                ? RenderOptions.CONTINUATION
                : golden.path("add_generation_prompt").asBoolean() ? RenderOptions.GENERATION : RenderOptions.TRAINING;
        if (golden.has("enable_thinking")) {
            options = options.with(
                    "enable_thinking", golden.path("enable_thinking").asBoolean());
        }
        return options.withJinja(JinjaOptions.DEFAULT.withClock(CLOCK));
    }

    private static Map<String, Object> map(JsonNode node) {
        return MAPPER.convertValue(node, new TypeReference<>() {});
    }
}
