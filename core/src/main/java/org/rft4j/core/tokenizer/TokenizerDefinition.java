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
    private final long longestText;
    private final Map<String, Integer> vocabulary = new HashMap<>();
    private final Map<String, Integer> addedPlaces = new HashMap<>();
    private int highestAdded = -1;
    private boolean changed;

    TokenizerDefinition(ObjectNode root, String origin) {
        this.root = root;
        readVocabulary(root.path("model").path("vocab"), origin);
        readAdded(root.path("added_tokens"), origin);
        longestText = PipelineCheck.longestText(root, origin);
    }

    private void readVocabulary(JsonNode vocab, String origin) {
        Check.that(
                vocab.isObject() || vocab.isArray(),
                "model.vocab in tokenizer.json of " + origin,
                vocab.getNodeType(),
                "must be an object of tokens and ids, or an array of tokens and scores",
                "copy the file again from where the model comes from");
        for (Map.Entry<String, JsonNode> token : vocab.properties()) {
            String what = "id of the token \"" + token.getKey() + "\" in tokenizer.json of " + origin;
            vocabulary.put(token.getKey(), TokenIds.of(token.getValue(), what));
        }
        for (int i = 0; vocab.isArray() && i < vocab.size(); i++) {
            vocabulary.put(vocab.get(i).path(0).asText(), i);
        }
    }

    private void readAdded(JsonNode added, String origin) {
        String name = "added_tokens in tokenizer.json of " + origin;
        if (added.isMissingNode() || added.isNull()) {
            root.putArray("added_tokens");
            return;
        }
        Check.that(
                added.isArray(),
                name,
                added.getNodeType(),
                "must be an array",
                "copy the file again from where the model comes from");
        for (int i = 0; i < added.size(); i++) {
            JsonNode token = added.get(i);
            Check.that(
                    token.isObject() && token.path("content").isTextual(),
                    "token " + i + " of " + name,
                    token,
                    "must be an object with a text as its content",
                    "copy the file again from where the model comes from");
            int id = TokenIds.of(token.path("id"), "id of token " + i + " of " + name);
            addedPlaces.putIfAbsent(token.path("content").asText(), i);
            highestAdded = Math.max(highestAdded, id);
        }
    }

    /** How many UTF-16 code units native code can take at once. */
    long longestText() {
        return longestText;
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
        ArrayNode added = (ArrayNode) root.path("added_tokens");
        Integer place = addedPlaces.get(token.content());
        if (place != null) {
            JsonNode old = added.get(place);
            if (!AddedToken.of(old).equals(token)) {
                changed = true;
                added.set(place, token.toJson(old.path("id").intValue()));
            }
            return;
        }
        changed = true;
        Integer known = vocabulary.get(token.content());
        int id = known != null ? known : Math.max(highestAdded + 1, vocabulary.size());
        addedPlaces.put(token.content(), added.size());
        highestAdded = Math.max(highestAdded, id);
        added.add(token.toJson(id));
    }

    /** Makes a token special, adding it if need be. */
    void makeSpecial(AddedToken token) {
        Integer place = addedPlaces.get(token.content());
        AddedToken known =
                place == null ? token : AddedToken.of(root.path("added_tokens").path(place));
        putAdded(known.asSpecial());
    }

    TokenTable table() {
        TokenTable.Builder table = new TokenTable.Builder();
        vocabulary.forEach((text, id) -> table.put(text, id, false));
        for (JsonNode added : root.path("added_tokens")) {
            String content = added.path("content").asText();
            if (!content.isEmpty()) { // native code knows no such token
                table.put(
                        content,
                        added.path("id").intValue(),
                        added.path("special").asBoolean());
            }
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
