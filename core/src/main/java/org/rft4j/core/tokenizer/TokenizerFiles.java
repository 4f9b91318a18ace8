package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;
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

    private static final String MORE_TEMPLATES = "additional_chat_templates";

    /** Names of tokens are many and occur once: a table of names seen before would only cost. */
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build());

    /** What is checked here must be what native code reads, which has its own way with a name that occurs twice. */
    private static final ObjectReader STRICT =
            MAPPER.reader().with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

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
        for (String name : moreTemplates(folder)) {
            readIfPresent(folder.resolve(name)).ifPresent(bytes -> own.put(name, bytes));
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
            if (STRICT.readTree(bytes) instanceof ObjectNode object) {
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
            throw unspeakable(e);
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

    /** Writes all files or none, and removes those of the same kinds that another tokenizer has left in the folder. */
    void save(Path folder) {
        Path templates = folder.resolve(MORE_TEMPLATES);
        try (AtomicFiles files = new AtomicFiles()) {
            boolean hasTemplates = own.keySet().stream().anyMatch(name -> name.startsWith(MORE_TEMPLATES));
            Files.createDirectories(hasTemplates ? templates : folder);
            own.forEach((name, bytes) -> files.write(folder.resolve(name), out -> writeAll(out, bytes)));
            for (String name : namesIn(folder)) {
                Path file = folder.resolve(name);
                if (!own.containsKey(name) && Files.isRegularFile(file)) {
                    Files.delete(file);
                }
            }
            files.commit();
        } catch (IOException e) {
            throw AtomicFiles.unwritable(folder, e);
        }
    }

    private static List<String> namesIn(Path folder) {
        return Stream.of(OWN, OTHER_FORMS, moreTemplates(folder))
                .flatMap(List::stream)
                .toList();
    }

    /** The names of the further chat templates in a folder, in their order. */
    private static List<String> moreTemplates(Path folder) {
        Path templates = folder.resolve(MORE_TEMPLATES);
        if (!Files.isDirectory(templates)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(templates)) {
            return files.map(file -> MORE_TEMPLATES + "/" + file.getFileName())
                    .filter(name -> name.endsWith(".jinja"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(templates, e);
        }
    }

    private static void writeAll(FileChannel out, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            out.write(rest);
        }
    }

    private static byte[] pretty(ObjectNode tree) {
        try {
            String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
            return (text.replace(System.lineSeparator(), "\n") + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw unspeakable(e);
        }
    }

    private static Optional<byte[]> readIfPresent(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static EngineException unreadable(Path file, Exception e) {
        return new EngineException("Could not read " + file + ": " + e + "; check permissions and the disk", e);
    }

    private static InvalidInputException unspeakable(JsonProcessingException e) {
        return new InvalidInputException(
                TOKENIZER,
                "a tree that cannot be written (" + e.getOriginalMessage() + ")",
                "must be JSON in UTF-8",
                "remove unpaired surrogates from its texts");
    }
}
