package org.rft4j.rollout.tools;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ToolCall;

/** The JSON of tool calls. Jackson's own limits of depth and size hold, because a model may write anything. */
final class CallJson {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {};
    private static final String THOUGHT_BEGINS = "<think>";
    private static final String THOUGHT_ENDS = "</think>";

    /** A value, and where in the text it ends. */
    record Read(JsonNode value, int end) {}

    private CallJson() {}

    /** What stands behind the reasoning; nothing if that does not end. */
    static String afterReasoning(String turn) {
        int end = turn.lastIndexOf(THOUGHT_ENDS);
        if (end >= 0) {
            return turn.substring(end + THOUGHT_ENDS.length());
        }
        return turn.contains(THOUGHT_BEGINS) ? "" : turn;
    }

    /** Reads the one value that begins at a place. */
    static Read read(String text, int from) throws JsonProcessingException {
        try (JsonParser parser = MAPPER.createParser(text.substring(from))) {
            JsonNode value = MAPPER.readTree(parser);
            if (value == null || value.isMissingNode()) {
                throw new com.fasterxml.jackson.core.JsonParseException(parser, "nothing is there");
            }
            return new Read(value, from + (int) parser.currentLocation().getCharOffset());
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong, without what Jackson says of its own sources. */
    static String problem(JsonProcessingException e) {
        return e.getOriginalMessage();
    }

    /** A call from its JSON, whose arguments may stand under another name or be JSON text themselves. */
    static ParsedCall call(String written, JsonNode json) {
        JsonNode name = json.path("name");
        if (!name.isTextual() || name.textValue().isBlank()) {
            return new ParsedCall.Malformed(written, "the call must be a JSON object with a \"name\"");
        }
        JsonNode arguments = json.has("arguments") ? json.path("arguments") : json.path("parameters");
        if (arguments.isTextual()) {
            try {
                arguments = read(arguments.textValue(), 0).value();
            } catch (JsonProcessingException e) {
                return new ParsedCall.Malformed(written, "the arguments are not valid JSON: " + problem(e));
            }
        }
        if (arguments.isMissingNode() || arguments.isNull()) {
            return new ParsedCall.Call(ToolCall.of(name.textValue(), Map.of()));
        }
        return arguments.isObject()
                ? new ParsedCall.Call(ToolCall.of(name.textValue(), MAPPER.convertValue(arguments, MAP)))
                : new ParsedCall.Malformed(written, "the arguments must be a JSON object");
    }
}
