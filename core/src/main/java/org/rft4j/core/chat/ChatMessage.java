package org.rft4j.core.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * One message of a conversation. {@code ChatMessage.user("Hello")} is all that plain ones need.
 *
 * @param role who speaks: {@code user}, {@code assistant}, {@code system}, {@code tool} or what the template knows besides
 * @param content what is said; null where there is only a tool call
 * @param reasoning what the assistant thought before it spoke, or null
 * @param toolCalls what the assistant asks to be called
 * @param toolCallId for a tool's message, which call it answers, or null
 * @param name who speaks within the role, such as the tool's name, or null
 * @param extra fields that only the template knows: null, booleans, numbers, strings, lists and maps
 */
public record ChatMessage(
        String role,
        @Nullable Content content,
        @Nullable String reasoning,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String name,
        Map<String, @Nullable Object> extra) {
    /** Copies lists and maps, and checks that extra fields take no name of a proper one. */
    public ChatMessage {
        Check.that(
                !role.isBlank(),
                "role",
                "'" + role + "'",
                "must not be blank",
                "use ChatMessage.user(...) and its like");
        toolCalls = List.copyOf(toolCalls);
        extra = Json.copy(extra);
        for (String field : List.of("role", "content", "reasoning_content", "tool_calls", "tool_call_id", "name")) {
            Check.that(
                    !extra.containsKey(field),
                    "extra field",
                    "'" + field + "'",
                    "must not be a component of ChatMessage",
                    "set the component");
        }
    }

    /**
     * What the user says.
     *
     * @param text the content
     * @return a message of role {@code user}
     */
    public static ChatMessage user(String text) {
        return of("user", text);
    }

    /**
     * What the assistant says.
     *
     * @param text the content
     * @return a message of role {@code assistant}
     */
    public static ChatMessage assistant(String text) {
        return of("assistant", text);
    }

    /**
     * What the assistant is told to be.
     *
     * @param text the content
     * @return a message of role {@code system}
     */
    public static ChatMessage system(String text) {
        return of("system", text);
    }

    /**
     * What a tool gave back.
     *
     * @param callId the id of the call that it answers
     * @param name the tool
     * @param text the result
     * @return a message of role {@code tool}
     */
    public static ChatMessage tool(String callId, String name, String text) {
        return new ChatMessage("tool", new Content.Text(text), null, List.of(), callId, name, Map.of());
    }

    /**
     * A message of any role.
     *
     * @param role who speaks
     * @param text the content
     * @return a message of that role
     */
    public static ChatMessage of(String role, String text) {
        return new ChatMessage(role, new Content.Text(text), null, List.of(), null, null, Map.of());
    }

    /**
     * Reads a message as it stands in data sets. Fields that are null count as absent, as they do in transformers; reasoning is
     * read from {@code reasoning_content}, {@code thinking} or {@code reasoning}.
     *
     * @param fields the message as a map, from JSON
     * @return the message
     */
    public static ChatMessage fromMap(Map<String, ?> fields) {
        return MessageFields.read(fields);
    }

    /**
     * Adds what the assistant thought.
     *
     * @param newReasoning the thoughts
     * @return this message with them
     */
    public ChatMessage withReasoning(String newReasoning) {
        return new ChatMessage(role, content, newReasoning, toolCalls, toolCallId, name, extra);
    }

    /**
     * Adds what the assistant asks to be called.
     *
     * @param calls the calls
     * @return this message with them
     */
    public ChatMessage withToolCalls(ToolCall... calls) {
        return new ChatMessage(role, content, reasoning, List.of(calls), toolCallId, name, extra);
    }

    /**
     * Replaces what is said.
     *
     * @param newContent the content
     * @return this message with it
     */
    public ChatMessage withContent(Content newContent) {
        return new ChatMessage(role, newContent, reasoning, toolCalls, toolCallId, name, extra);
    }

    /**
     * Adds a field that only the template knows.
     *
     * @param field its name
     * @param value null, boolean, number, string, list or map
     * @return this message with it
     */
    public ChatMessage with(String field, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(extra);
        more.put(field, value);
        return new ChatMessage(role, content, reasoning, toolCalls, toolCallId, name, more);
    }

    /**
     * The message as templates read it.
     *
     * @return a map with the names that transformers uses, without fields that are absent
     */
    public Map<String, @Nullable Object> toMap() {
        return MessageFields.write(this);
    }
}
