package org.rft4j.core.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/** Messages from and to maps. */
final class MessageFields {
    /** Names under which reasoning is found; templates read the first, or the second. */
    private static final List<String> REASONING = List.of("reasoning_content", "thinking", "reasoning");

    private MessageFields() {}

    static ChatMessage read(Map<String, ?> fields) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value != null) {
                rest.put(name, value);
            }
        });
        Object role = rest.remove("role");
        Check.that(role instanceof String, "role", role, "must be a string", "give every message a role");
        Object content = rest.remove("content");
        String reasoning = reasoning(rest);
        List<ToolCall> calls = new ArrayList<>();
        if (rest.remove("tool_calls") instanceof Iterable<?> items) {
            items.forEach(item -> calls.add(ToolCall.fromMap(Json.object("tool call", item))));
        }
        String callId = text(rest, "tool_call_id");
        String name = text(rest, "name");
        return new ChatMessage(
                String.valueOf(role),
                content == null ? null : Content.of(content),
                reasoning,
                calls,
                callId,
                name,
                rest);
    }

    /** The first name that is there; the last one stays a field too, for templates that read it. */
    private static @Nullable String reasoning(Map<String, @Nullable Object> fields) {
        for (String name : REASONING) {
            if (fields.get(name) instanceof String text) {
                if (!name.equals("reasoning")) {
                    fields.remove(name);
                }
                return text;
            }
        }
        return null;
    }

    private static @Nullable String text(Map<String, @Nullable Object> fields, String name) {
        Object value = fields.remove(name);
        Check.that(value == null || value instanceof String, name, value, "must be a string", "correct the message");
        return value == null ? null : value.toString();
    }

    static Map<String, @Nullable Object> write(ChatMessage message) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("role", message.role());
        put(
                fields,
                "content",
                message.content() == null ? null : message.content().value());
        if (message.reasoning() != null) {
            fields.put("reasoning_content", message.reasoning());
            fields.put("thinking", message.extra().getOrDefault("thinking", message.reasoning()));
        }
        if (!message.toolCalls().isEmpty()) {
            fields.put(
                    "tool_calls",
                    message.toolCalls().stream().map(ToolCall::toMap).toList());
        }
        put(fields, "tool_call_id", message.toolCallId());
        put(fields, "name", message.name());
        fields.putAll(message.extra());
        return fields;
    }

    private static void put(Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
