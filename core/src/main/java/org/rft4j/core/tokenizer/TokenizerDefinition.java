package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.rft4j.engine.Check;

/** A {@code tokenizer.json} as a tree, with the changes that loading makes to it. */
final class TokenizerDefinition {
    private final ObjectNode root;
    private final Map<String, Integer> vocabulary = new HashMap<>();
    private boolean changed;

    TokenizerDefinition(ObjectNode root, String origin) {
        this.root = root;
        JsonNode vocab = root.path("model").path("vocab");
        Check.that(
                vocab.isObject() || vocab.isArray(),
                "model.vocab in tokenizer.json of " + origin,
                vocab.getNodeType(),
                "must be an object of tokens and ids, or an array of tokens and scores",
                "copy the file again from where the model comes from");
        if (vocab.isObject()) {
            vocab.properties()
                    .forEach(token ->
                            vocabulary.put(token.getKey(), token.getValue().asInt()));
        } else {
            for (int i = 0; i < vocab.size(); i++) {
                vocabulary.put(vocab.get(i).path(0).asText(), i);
            }
        }
    }

    JsonNode model() {
        return root.path("model");
    }

    JsonNode decoder() {
        return root.path("decoder");
    }

    boolean isBpe() {
        JsonNode type = model().path("type");
        return type.isTextual() ? "BPE".equals(type.asText()) : model().has("merges");
    }

    /** Whether every character is a token, and one without a token is an error. */
    boolean hasClosedAlphabet() {
        JsonNode pieces = root.path("pre_tokenizer");
        return "WordLevel".equals(model().path("type").asText())
                && !vocabulary.containsKey(model().path("unk_token").asText())
                && FreshTokenizers.ANY_CHARACTER.equals(
                        pieces.path("pattern").path("Regex").asText());
    }

    boolean isByteLevel() {
        return mentionsByteLevel(root.path("pre_tokenizer")) || mentionsByteLevel(decoder());
    }

    /** Replaces a part of the pipeline; null removes it. */
    void set(String part, JsonNode value) {
        changed = true;
        root.set(part, value);
    }

    void setInModel(String field, JsonNode value) {
        changed = true;
        ((ObjectNode) root.get("model")).set(field, value);
    }

    /** Adds a token, or replaces what is said about one; it keeps its id if the vocabulary has it already. */
    void putAdded(AddedToken token) {
        ArrayNode added = root.withArray("added_tokens");
        int highest = -1;
        for (int i = 0; i < added.size(); i++) {
            JsonNode old = added.get(i);
            highest = Math.max(highest, old.path("id").asInt());
            if (old.path("content").asText().equals(token.content())) {
                ObjectNode replacement = token.toJson(old.path("id").asInt());
                if (!AddedToken.of(old).equals(token)) {
                    changed = true;
                    added.set(i, replacement);
                }
                return;
            }
        }
        changed = true;
        Integer known = vocabulary.get(token.content());
        added.add(token.toJson(known != null ? known : Math.max(highest + 1, vocabulary.size())));
    }

    /** Makes a token special, adding it if need be. */
    void makeSpecial(AddedToken token) {
        for (JsonNode old : root.path("added_tokens")) {
            if (old.path("content").asText().equals(token.content())) {
                putAdded(AddedToken.of(old).asSpecial());
                return;
            }
        }
        putAdded(token.asSpecial());
    }

    TokenTable table() {
        TokenTable.Builder table = new TokenTable.Builder();
        vocabulary.forEach((text, id) -> table.put(text, id, false));
        for (JsonNode added : root.path("added_tokens")) {
            table.put(
                    added.path("content").asText(),
                    added.path("id").asInt(),
                    added.path("special").asBoolean());
        }
        return table.build();
    }

    /** The JSON that native code reads. */
    byte[] json(byte[] original) {
        return changed ? TokenizerFiles.write(root) : original;
    }

    private static boolean mentionsByteLevel(JsonNode part) {
        return part.findValuesAsText("type").contains("ByteLevel");
    }
}
