package org.rft4j.core.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * A function that the assistant asks to be called.
 *
 * @param id what the tool's answer refers to, or null
 * @param name the function
 * @param arguments a map of arguments, which most templates expect, or their JSON text, which some do
 */
public record ToolCall(@Nullable String id, String name, Object arguments) {
    /** Checks the arguments and copies them. */
    public ToolCall {
        Check.that(
                arguments instanceof Map || arguments instanceof String,
                "arguments of " + name,
                arguments,
                "must be a map or a string",
                "pass the arguments by name");
        arguments = arguments instanceof Map<?, ?> map ? Json.copy(Json.object("arguments", map)) : arguments;
    }

    /**
     * A call without an id.
     *
     * @param name the function
     * @param arguments its arguments by name
     * @return the call
     */
    public static ToolCall of(String name, Map<String, ?> arguments) {
        return new ToolCall(null, name, arguments);
    }

    static ToolCall fromMap(Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> function =
                fields.get("function") == null ? fields : Json.object("function", fields.get("function"));
        Object name = function.get("name");
        Check.that(name instanceof String, "name of a tool call", name, "must be a string", "name the function");
        Object arguments = function.get("arguments");
        Object id = fields.get("id");
        return new ToolCall(
                id == null ? null : id.toString(), String.valueOf(name), arguments == null ? Map.of() : arguments);
    }

    Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("arguments", arguments);
        Map<String, @Nullable Object> call = new LinkedHashMap<>();
        if (id != null) {
            call.put("id", id);
        }
        call.put("type", "function");
        call.put("function", function);
        return call;
    }
}
