package org.rft4j.core.data.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON as rows have it: whole numbers are {@code Long} or {@code BigInteger}, others {@code Double}; no name twice in an object, no
 * number that a double does not hold, no half of a surrogate pair, limited depth.
 */
final class JsonValues {
    private static final int MAX_DEPTH = 64;

    private JsonValues() {}

    static JsonFactory factory(int maxStringLength) {
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(maxStringLength)
                        .build())
                .build();
    }

    /** Reads a line that holds one object. */
    static Read row(JsonFactory factory, String source, long line, String text) {
        try (JsonParser json = factory.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return RowProblem.at(
                        source, line, column(json.currentTokenLocation()), quoted(text), "must be a JSON object");
            }
            Map<String, @Nullable Object> columns = object(json);
            if (json.nextToken() != null) {
                return RowProblem.at(
                        source,
                        line,
                        column(json.currentTokenLocation()),
                        "more text after the object",
                        "must be one JSON object per line");
            }
            return new Row(source, line, columns);
        } catch (JsonProcessingException e) {
            return RowProblem.at(source, line, column(e.getLocation()), complaint(e), "must be JSON");
        } catch (IOException e) {
            throw new IllegalStateException("a string can always be read", e);
        }
    }

    /** Reads a text that holds one value of any kind. */
    static @Nullable Object value(JsonFactory factory, String text) throws JsonProcessingException {
        try (JsonParser json = factory.createParser(text)) {
            json.nextToken();
            Object value = value(json);
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "more text after the value", json.currentTokenLocation());
            }
            return value;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("a string can always be read", e);
        }
    }

    static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = whole(json, Objects.requireNonNull(json.currentName()));
            json.nextToken();
            object.put(name, value(json));
        }
        return Collections.unmodifiableMap(object);
    }

    private static List<@Nullable Object> array(JsonParser json) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(json));
        }
        return Collections.unmodifiableList(array);
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new JsonParseException(json, "no value");
        }
        return switch (token) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> array(json);
            case VALUE_STRING -> whole(json, json.getText());
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? json.getBigIntegerValue()
                        : Long.valueOf(json.getLongValue());
            case VALUE_NUMBER_FLOAT -> finite(json);
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw new JsonParseException(json, "no value", json.currentTokenLocation());
        };
    }

    private static Double finite(JsonParser json) throws IOException {
        double number = json.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw new JsonParseException(
                    json, "the number " + quoted(json.getText()) + " beyond doubles", json.currentTokenLocation());
        }
        return number;
    }

    private static String whole(JsonParser json, String text) throws JsonParseException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw new JsonParseException(json, "half a surrogate pair", json.currentTokenLocation());
                }
                i++;
            }
        }
        return text;
    }

    static String complaint(JsonProcessingException e) {
        return "not read (" + String.valueOf(e.getOriginalMessage()).replace('\n', ' ') + ")";
    }

    static long column(@Nullable JsonLocation location) {
        return location == null ? 1 : Math.max(1, location.getColumnNr());
    }

    static String quoted(String text) {
        return "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
    }
}
