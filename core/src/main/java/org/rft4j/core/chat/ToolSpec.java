package org.rft4j.core.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the model may call, as the JSON schema that chat templates print.
 *
 * @param schema {@code {"type": "function", "function": {"name": ..., "description": ..., "parameters": {...}}}}
 */
public record ToolSpec(Map<String, @Nullable Object> schema) {
    /** Copies the schema. */
    public ToolSpec {
        schema = Json.copy(schema);
    }

    /**
     * A function.
     *
     * @param name its name
     * @param description what it does
     * @param parameters the JSON schema of its parameters, in the order in which it is to be printed
     * @return the tool
     */
    public static ToolSpec function(String name, String description, Map<String, ?> parameters) {
        Map<String, @Nullable Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("description", description);
        function.put("parameters", parameters);
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("type", "function");
        schema.put("function", function);
        return new ToolSpec(schema);
    }
}
