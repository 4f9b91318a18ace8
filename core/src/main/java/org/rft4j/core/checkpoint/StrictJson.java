package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Reads JSON that a stranger wrote: UTF-8 only, no key twice, limited depth, and every complaint names the file. */
final class StrictJson {
    private static final int DEPTH_OF_TABLES = 8;
    private static final int DEPTH_OF_TREES = 64;

    private static final JsonFactory TABLES = factory(DEPTH_OF_TABLES);
    private static final JsonFactory TREES = factory(DEPTH_OF_TREES);
    private static final ObjectReader NODES = new ObjectMapper().readerFor(JsonNode.class);

    private final Path file;
    private final String what;
    private final JsonParser json;

    private StrictJson(Path file, String what, JsonParser json) {
        this.file = file;
        this.what = what;
        this.json = json;
    }

    private static JsonFactory factory(int maxDepth) {
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // names are many, and each stands once
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .build())
                .build();
    }

    /** Reads one object of known fields, after which only white space may follow. */
    static void read(Path file, String what, InputStream bytes, Content content) {
        read(TABLES, file, what, bytes, content);
    }

    /** Reads one object of whatever fields it has, after which only white space may follow. */
    static ObjectNode readTree(Path file, String what, InputStream bytes) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        read(TREES, file, what, bytes, json -> {
            if (!(NODES.readValue(json.json) instanceof ObjectNode object)) {
                throw new CheckpointException(file, what, "no JSON object", "must be one", "copy the file again");
            }
            tree.setAll(object);
        });
        return tree;
    }

    private static void read(JsonFactory factory, Path file, String what, InputStream bytes, Content content) {
        InputStreamReader text = new InputStreamReader(
                bytes, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT));
        try (JsonParser parser = factory.createParser(text)) {
            StrictJson json = new StrictJson(file, what, parser);
            parser.nextToken();
            content.read(json);
            json.expect(parser.nextToken() == null, "text after the object", "must be white space");
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    file, what, "not read: " + e.getOriginalMessage(), "must be JSON", "restore or download it again");
        } catch (CharacterCodingException e) {
            throw new CheckpointException(
                    file, what, "not text", "must be JSON in UTF-8", "restore or download it again");
        } catch (IOException e) {
            throw MappedFile.unreadable(file, e);
        }
    }

    /** Calls back for each field, with the parser on its value, which the callback must read to its end. */
    void object(String name, Field field) throws IOException {
        expect(json.currentToken() == JsonToken.START_OBJECT, name, "must be an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = Objects.requireNonNull(json.currentName());
            json.nextToken();
            field.read(key);
        }
    }

    Map<String, String> strings(String name) throws IOException {
        Map<String, String> strings = new LinkedHashMap<>();
        object(name, key -> strings.put(key, string(name + "." + key)));
        return strings;
    }

    String string(String name) throws IOException {
        expect(json.currentToken() == JsonToken.VALUE_STRING, name, "must be a string");
        return json.getText();
    }

    /** An array of whole numbers from 0 to 2^63 - 1. */
    long[] sizes(String name, int atMost) throws IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, name, "must be an array");
        long[] sizes = new long[atMost];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(count < atMost, name, "must have at most " + atMost + " entries");
            expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "must hold whole numbers");
            sizes[count] = json.getLongValue();
            expect(sizes[count] >= 0, name, "must not be negative");
            count++;
        }
        return java.util.Arrays.copyOf(sizes, count);
    }

    void skip() throws IOException {
        json.skipChildren();
    }

    private void expect(boolean condition, String name, String rule) throws IOException {
        if (!condition) {
            String found = String.valueOf(json.getText());
            String value = found.length() > 40 ? found.substring(0, 40) + "..." : found;
            throw new CheckpointException(file, what + ": " + name, value, rule, "restore or download it again");
        }
    }

    /** What to do with the whole. */
    @FunctionalInterface
    interface Content {
        void read(StrictJson json) throws IOException;
    }

    /** What to do with one field. */
    @FunctionalInterface
    interface Field {
        void read(String key) throws IOException;
    }
}
