package org.rft4j.core.chat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template renders.
 *
 * @param messages in order
 * @param tools what the assistant may call; templates see None if there are none
 * @param documents what the assistant may cite, usually maps of {@code title} and {@code text}; None if there are none
 */
public record Conversation(
        List<ChatMessage> messages, List<ToolSpec> tools, List<Map<String, @Nullable Object>> documents) {
    /** Copies the lists. */
    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        documents = documents.stream().map(Json::copy).toList();
    }

    /**
     * Only messages.
     *
     * @param messages in order
     * @return the conversation
     */
    public static Conversation of(ChatMessage... messages) {
        return new Conversation(List.of(messages), List.of(), List.of());
    }

    /**
     * Replaces the tools.
     *
     * @param newTools what the assistant may call
     * @return this conversation with them
     */
    public Conversation withTools(ToolSpec... newTools) {
        return new Conversation(messages, List.of(newTools), documents);
    }
}
