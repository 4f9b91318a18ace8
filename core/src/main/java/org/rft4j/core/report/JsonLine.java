package org.rft4j.core.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.engine.InvalidInputException;

/**
 * JSON objects as lines. A number has the fewest digits that give it again, by Jackson's own writer, because Java 17 sometimes writes more
 * than later ones. JSON knows no NaN and no infinities: these are the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class JsonLine {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonLine() {}

    /** Writes an object through characters and not bytes, so that half a surrogate pair, which a model may write, does not throw. */
    static String write(Fields fields) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    static void numbers(JsonGenerator json, String field, Map<String, Double> numbers) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Double> entry : numbers.entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    static JsonNode read(Path file, String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            String start = line.length() > 40 ? line.substring(0, 40) + "..." : line;
            throw new InvalidInputException(
                    "line of " + file.getFileName(),
                    start,
                    "must be a JSON object",
                    "restore the file, or delete the line");
        }
    }

    static Map<String, Double> numbers(JsonNode object) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        object.properties().forEach(e -> numbers.put(e.getKey(), number(e.getValue())));
        return numbers;
    }

    static double number(JsonNode value) {
        return value.isTextual() ? Double.parseDouble(value.asText()) : value.asDouble();
    }

    /** What stands in an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
