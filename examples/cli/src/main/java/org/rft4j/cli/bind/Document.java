package org.rft4j.cli.bind;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.InvalidInputException;

/** A YAML file as a tree, with the lines on which its keys stand and the values that were set from elsewhere. */
public final class Document {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private final String name;

    private final ObjectNode root;

    private final Map<String, Integer> lines;

    private final Map<String, String> overrides = new LinkedHashMap<>();

    private Document(String name, ObjectNode root, Map<String, Integer> lines) {
        this.name = name;
        this.root = root;
        this.lines = lines;
    }

    /**
     * Reads a file.
     *
     * @param file YAML
     * @return its tree
     */
    public static Document read(Path file) {
        try {
            return of(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "configuration", file, "must be a file that can be read (" + e + ")", "name another file");
        }
    }

    /**
     * Reads a text.
     *
     * @param name of whatever it was in
     * @param text YAML
     * @return its tree
     */
    public static Document of(String name, String text) {
        try {
            JsonNode tree = YAML.readTree(text);
            if (!(tree instanceof ObjectNode root)) {
                throw new InvalidInputException(
                        name, tree.isMissingNode() ? "empty" : tree, "must be keys with values", "begin with model:");
            }
            return new Document(name, root, linesOf(name, text));
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation();
            String line = where == null ? "" : " in line " + where.getLineNr();
            throw new InvalidInputException(
                    name, "not YAML" + line, "must be YAML (" + e.getOriginalMessage() + ")", "mend that line");
        } catch (IOException e) {
            throw new IllegalStateException("a text cannot fail to be read", e);
        }
    }

    /** Where keys stand. Jackson reads the first document only, and leaves aliases as names, so that both are refused. */
    private static Map<String, Integer> linesOf(String name, String text) throws IOException {
        Map<String, Integer> lines = new HashMap<>();
        try (YAMLParser parser = YAML.getFactory().createParser(text)) {
            boolean whole = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (whole) {
                    throw refused(name, "two documents", parser, "must be one", "remove --- and what follows it");
                }
                if (parser.isCurrentAlias()) {
                    throw refused(
                            name, "*" + parser.getText(), parser, "must be without aliases", "write the value out");
                }
                whole = parser.getParsingContext().inRoot();
                if (token == JsonToken.FIELD_NAME || token.isScalarValue() || token.isStructStart()) {
                    String pointer = parser.getParsingContext().pathAsPointer().toString();
                    lines.putIfAbsent(
                            Paths.ofPointer(pointer),
                            parser.currentTokenLocation().getLineNr());
                }
            }
        }
        return lines;
    }

    private static InvalidInputException refused(
            String name, String what, JsonParser parser, String rule, String wayOut) {
        int line = parser.currentTokenLocation().getLineNr();
        return new InvalidInputException(name, what + " in line " + line, rule, wayOut);
    }

    /** One value of YAML. */
    static JsonNode value(String text) {
        String yaml = text.isBlank() ? "''" : text;
        try {
            JsonNode value = YAML.readTree(yaml);
            linesOf("value '" + text + "'", yaml);
            return value;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "value", "'" + text + "'", "must be YAML (" + e.getOriginalMessage() + ")", "put it in quotes");
        } catch (IOException e) {
            throw new IllegalStateException("a text cannot fail to be read", e);
        }
    }

    /** Sets a value in place of what the file has. */
    void set(List<String> steps, JsonNode value, String by) {
        Paths.put(root, steps, value);
        overrides.put(Paths.of(steps), by);
    }

    /**
     * What a configuration is read from.
     *
     * @return the tree, with all that was set
     */
    public ObjectNode root() {
        return root;
    }

    /**
     * What was set from elsewhere.
     *
     * @return by path, who set it
     */
    public Map<String, String> overrides() {
        return new LinkedHashMap<>(overrides);
    }

    String name() {
        return name;
    }

    /** In brackets, behind a problem: the line, or who set the value; of what is absent, the line of what it is missing in. */
    String placeOf(String path) {
        for (String at = path; !at.isEmpty(); at = Paths.parent(at)) {
            String by = overrides.get(at);
            if (by != null) {
                return " (" + by + ")";
            }
            Integer line = lines.get(at);
            if (line != null) {
                return " (line " + line + ")";
            }
        }
        return "";
    }
}
