package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** The files of a tokenizer, held as bytes so that they can be written again as they were. */
final class TokenizerFiles {
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS_MAP = "special_tokens_map.json";
    static final String ADDED_TOKENS = "added_tokens.json";
    static final String GENERATION_CONFIG = "generation_config.json";
    static final String MODEL_CONFIG = "config.json";

    /** What describes the same vocabulary in another form; carried along, but not read. */
    private static final List<String> OTHER_FORMS =
            List.of("tokenizer.model", "vocab.json", "merges.txt", "vocab.txt", "spiece.model", "tekken.json");

    private static final List<String> OWN = List.of(
            TOKENIZER,
            TOKENIZER_CONFIG,
            SPECIAL_TOKENS_MAP,
            ADDED_TOKENS,
            GENERATION_CONFIG,
            "chat_template.jinja",
            "chat_template.json");

    /** Names of tokens are many and occur once: a table of names seen before would only cost. */
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build());

    private final String origin;
    private final Map<String, byte[]> own;
    private final Optional<ObjectNode> modelConfig;

    private TokenizerFiles(String origin, Map<String, byte[]> own, Optional<ObjectNode> modelConfig) {
        this.origin = origin;
        this.own = own;
        this.modelConfig = modelConfig;
    }

    /** Reads the files of a folder. */
    static TokenizerFiles read(Path folder) {
        Check.that(
                Files.isDirectory(folder),
                "tokenizer folder",
                folder,
                "must be a folder",
                "pass the folder that holds tokenizer.json");
        Map<String, byte[]> own = new LinkedHashMap<>();
        for (List<String> names : List.of(OWN, OTHER_FORMS)) {
            for (String name : names) {
                readIfPresent(folder.resolve(name)).ifPresent(bytes -> own.put(name, bytes));
            }
        }
        if (!own.containsKey(TOKENIZER)) {
            List<String> others = OTHER_FORMS.stream().filter(own::containsKey).toList();
            throw new InvalidInputException(
                    "tokenizer folder " + folder,
                    others.isEmpty() ? "without tokenizer.json" : "without tokenizer.json, but with " + others,
                    "must have a tokenizer.json",
                    others.isEmpty()
                            ? "copy it from where the model comes from"
                            : "make it once in Python: transformers.AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)");
        }
        Optional<ObjectNode> modelConfig =
                readIfPresent(folder.resolve(MODEL_CONFIG)).map(bytes -> parse(folder + "/" + MODEL_CONFIG, bytes));
        return new TokenizerFiles(folder.toString(), own, modelConfig);
    }

    /** Files that were made in memory. */
    static TokenizerFiles of(ObjectNode tokenizer, ObjectNode tokenizerConfig) {
        Map<String, byte[]> own = new LinkedHashMap<>();
        own.put(TOKENIZER, pretty(tokenizer));
        own.put(TOKENIZER_CONFIG, pretty(tokenizerConfig));
        return new TokenizerFiles("memory", own, Optional.empty());
    }

    static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    static JsonNode text(String value) {
        return TextNode.valueOf(value);
    }

    static ObjectNode parse(String name, byte[] bytes) {
        try {
            if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
            throw new InvalidInputException(name, "no JSON object", "must be one", "copy the file again");
        } catch (IOException e) {
            throw new InvalidInputException(
                    name, "unreadable (" + e.getMessage() + ")", "must be JSON", "copy the file again");
        }
    }

    /** A tree as a file. */
    static byte[] write(ObjectNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    String origin() {
        return origin;
    }

    /** One of the tokenizer's files as a tree, or nothing if it does not exist. */
    Optional<ObjectNode> json(String name) {
        return Optional.ofNullable(own.get(name)).map(bytes -> parse(origin + "/" + name, bytes));
    }

    /** One of the tokenizer's files as it stands. */
    byte[] content(String name) {
        return own.getOrDefault(name, new byte[0]);
    }

    /** The model's {@code config.json}, which is not the tokenizer's. */
    Optional<ObjectNode> modelConfig() {
        return modelConfig;
    }

    void save(Path folder) {
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> file : own.entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] pretty(ObjectNode tree) {
        try {
            String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
            return (text.replace(System.lineSeparator(), "\n") + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<byte[]> readIfPresent(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
