package org.rft4j.core.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.rft4j.engine.InvalidInputException;

/** Where models keep their chat templates and special tokens. */
final class TokenizerConfig {
    private static final String EXTENSION = ".jinja";

    private TokenizerConfig() {}

    static ChatTemplate read(Path folder) {
        try {
            JsonNode config = json(folder.resolve("tokenizer_config.json"));
            Map<String, String> tokens = specialTokens(json(folder.resolve("special_tokens_map.json")));
            tokens.putAll(specialTokens(config));
            return ChatTemplate.of(required(templates(folder, config), folder.toString()), tokens);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> templates(Path folder, JsonNode config) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        Path single = folder.resolve("chat_template" + EXTENSION);
        if (Files.exists(single)) {
            files.put(ChatTemplate.DEFAULT, Files.readString(single));
        }
        Path more = folder.resolve("additional_chat_templates");
        if (Files.isDirectory(more)) {
            try (Stream<Path> named = Files.list(more)) {
                for (Path file : named.sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(EXTENSION)) {
                        files.put(name.substring(0, name.length() - EXTENSION.length()), Files.readString(file));
                    }
                }
            }
        }
        if (!files.isEmpty()) {
            return files;
        }
        Map<String, String> processor =
                templates(json(folder.resolve("chat_template.json")).path("chat_template"));
        return processor.isEmpty() ? templates(config.path("chat_template")) : processor;
    }

    private static JsonNode json(Path file) throws IOException {
        return Files.exists(file) ? new ObjectMapper().readTree(file.toFile()) : MissingNode.getInstance();
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

    static Map<String, String> required(Map<String, String> templates, String where) {
        if (templates.isEmpty()) {
            throw new InvalidInputException(
                    "chat template in " + where,
                    "absent",
                    "must be there",
                    "base models have none; pass one with ChatTemplate.of");
        }
        return templates;
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
