package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which tokens the files give a role or call special, read in the order of precedence that transformers has. */
final class TokenRoles {
    static final String BOS = "bos_token";
    static final String EOS = "eos_token";
    static final String UNK = "unk_token";
    static final String PAD = "pad_token";

    private static final List<String> ROLES = List.of(BOS, EOS, UNK, PAD, "sep_token", "cls_token", "mask_token");
    private static final String DECODER = "added_tokens_decoder";
    private static final String END_OF_TEXT = "<|endoftext|>";
    /** What the classes of transformers assume where the configuration does not mention a role at all. */
    private static final Map<String, Map<String, String>> CLASS_DEFAULTS = Map.of(
            "LlamaTokenizer", Map.of(BOS, "<s>", EOS, "</s>", UNK, "<unk>"),
            "GPT2Tokenizer", Map.of(BOS, END_OF_TEXT, EOS, END_OF_TEXT, UNK, END_OF_TEXT),
            "Qwen2Tokenizer", Map.of(EOS, END_OF_TEXT, UNK, END_OF_TEXT, PAD, END_OF_TEXT));

    private final Map<String, AddedToken> named = new LinkedHashMap<>();
    private final List<AddedToken> others = new ArrayList<>();
    private final List<AddedToken> added = new ArrayList<>();

    private TokenRoles() {}

    static TokenRoles read(TokenizerFiles files) {
        ObjectNode config = files.json(TokenizerFiles.TOKENIZER_CONFIG).orElseGet(TokenizerFiles::newObject);
        TokenRoles roles = new TokenRoles();
        Map<String, JsonNode> values = new LinkedHashMap<>();
        config.properties().forEach(field -> values.put(field.getKey(), field.getValue()));
        if (!config.has(DECODER)) {
            files.json(TokenizerFiles.SPECIAL_TOKENS_MAP)
                    .ifPresent(map -> map.properties().forEach(field -> values.put(field.getKey(), field.getValue())));
        }
        classDefaults(config).forEach((role, text) -> values.putIfAbsent(role, TokenizerFiles.text(text)));
        values.forEach(roles::take);
        roles.takeAdded(config, files);
        return roles;
    }

    /** The token of a role. */
    Optional<AddedToken> of(String role) {
        return Optional.ofNullable(named.get(role));
    }

    /** Brings a definition to what the roles say. */
    void applyTo(TokenizerDefinition definition) {
        added.forEach(definition::putAdded);
        Stream.concat(named.values().stream(), others.stream()).forEach(definition::makeSpecial);
    }

    private static Map<String, String> classDefaults(ObjectNode config) {
        String name = config.path("tokenizer_class").asText("").replaceFirst("Fast$", "");
        return CLASS_DEFAULTS.getOrDefault(name, Map.of());
    }

    private void take(String key, JsonNode value) {
        if (key.equals("extra_special_tokens") || key.equals("additional_special_tokens")) {
            value.forEach(token -> token(token).ifPresent(others::add));
        } else if (ROLES.contains(key)) {
            token(value).ifPresent(token -> named.put(key, token));
        } else if (key.endsWith("_token") && value.isTextual()) {
            token(value).ifPresent(others::add);
        }
    }

    /** A token without content is none: files say "absent" in this way too. */
    private static Optional<AddedToken> token(JsonNode value) {
        return value.isTextual() || value.isObject()
                ? Optional.of(AddedToken.of(value))
                        .filter(token -> !token.content().isEmpty())
                : Optional.empty();
    }

    private void takeAdded(ObjectNode config, TokenizerFiles files) {
        Map<Integer, AddedToken> byId = new TreeMap<>();
        if (config.has(DECODER)) {
            String name = "id in added_tokens_decoder of tokenizer_config.json of " + files.origin();
            config.path(DECODER)
                    .properties()
                    .forEach(entry -> token(entry.getValue())
                            .ifPresent(token -> byId.put(TokenIds.parse(entry.getKey(), name), token)));
            added.addAll(byId.values());
            return;
        }
        files.json(TokenizerFiles.ADDED_TOKENS)
                .ifPresent(tokens -> tokens.properties()
                        .forEach(entry -> byId.put(
                                TokenIds.of(
                                        entry.getValue(),
                                        "id of \"" + entry.getKey() + "\" in added_tokens.json of " + files.origin()),
                                ordinary(entry.getKey()))));
        byId.values().stream().filter(token -> !token.content().isEmpty()).forEach(added::add);
    }

    private static AddedToken ordinary(String text) {
        return new AddedToken(text, false, false, false, true, false);
    }
}
