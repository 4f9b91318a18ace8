package org.rft4j.core.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;

/** Where models keep their chat templates and special tokens. */
final class TokenizerConfig {
    private static final String EXTENSION = ".jinja";

    private TokenizerConfig() {}

    static Optional<ChatTemplate> find(Path folder) {
        JsonNode config = json(folder.resolve("tokenizer_config.json"));
        Map<String, String> templates = templates(folder, config);
        if (templates.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> tokens = specialTokens(json(folder.resolve("special_tokens_map.json")));
        tokens.putAll(specialTokens(config));
        return Optional.of(ChatTemplate.of(templates, tokens));
    }

    private static Map<String, String> templates(Path folder, JsonNode config) {
        Map<String, String> files = new LinkedHashMap<>();
        Path single = folder.resolve("chat_template" + EXTENSION);
        if (Files.exists(single)) {
            files.put(ChatTemplate.DEFAULT, text(single));
        }
        for (Path file : jinjaFiles(folder.resolve("additional_chat_templates"))) {
            String name = file.getFileName().toString();
            files.put(name.substring(0, name.length() - EXTENSION.length()), text(file));
        }
        if (!files.isEmpty()) {
            return files;
        }
        Map<String, String> processor =
                templates(json(folder.resolve("chat_template.json")).path("chat_template"));
        return processor.isEmpty() ? templates(config.path("chat_template")) : processor;
    }

    private static JsonNode json(Path file) {
        return Files.exists(file) ? JsonDocuments.read(file) : MissingNode.getInstance();
    }

    private static List<Path> jinjaFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(EXTENSION))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file, "template", "not text", "must be UTF-8", "download it again");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static EngineException unreadable(Path path, IOException e) {
        return new EngineException("Could not read " + path + ": " + e + "; check the disk and the permissions", e);
    }

    /** A template, or a list of templates with names. */
    static Map<String, String> templates(JsonNode node) {
        Map<String, String> templates = new LinkedHashMap<>();
        if (node.isTextual()) {
            templates.put(ChatTemplate.DEFAULT, node.textValue());
        } else if (node.isObject()) {
            node.properties()
                    .forEach(field ->
                            templates.put(field.getKey(), field.getValue().asText()));
        }
        if (node.isArray()) {
            node.forEach(entry -> templates.put(
                    entry.path("name").asText(), entry.path("template").asText()));
        }
        return templates;
    }

    static InvalidInputException absent(String where) {
        return new InvalidInputException(
                "chat template in " + where,
                "absent",
                "must be there",
                "base models have none; pass one with ChatTemplate.of");
    }

    /** Whatever ends in {@code _token}: a string, or an object with the string as its content. */
    static Map<String, String> specialTokens(JsonNode config) {
        Map<String, String> tokens = new LinkedHashMap<>();
        config.properties().forEach(field -> {
            if (field.getKey().endsWith("_token")) {
                put(tokens, field.getKey(), field.getValue());
            }
        });
        JsonNode extra = config.path("extra_special_tokens");
        if (extra.isObject()) {
            extra.properties().forEach(field -> put(tokens, field.getKey(), field.getValue()));
        }
        return tokens;
    }

    private static void put(Map<String, String> tokens, String name, JsonNode token) {
        JsonNode text = token.isObject() ? token.path("content") : token;
        if (text.isTextual()) {
            tokens.put(name, text.textValue());
        }
    }
}
