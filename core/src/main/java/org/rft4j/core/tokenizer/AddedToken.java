package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A token that is found in a text before the rest of it is split. */
record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {
    /** A token from any of the ways in which the files write one: its text alone, or an object. */
    static AddedToken of(JsonNode node) {
        if (node.isTextual()) {
            return new AddedToken(node.asText(), false, false, false, false, true);
        }
        boolean special = node.path("special").asBoolean(false);
        return new AddedToken(
                node.path("content").asText(),
                node.path("single_word").asBoolean(false),
                node.path("lstrip").asBoolean(false),
                node.path("rstrip").asBoolean(false),
                node.path("normalized").asBoolean(!special),
                special);
    }

    AddedToken asSpecial() {
        return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
    }

    ObjectNode toJson(int id) {
        return TokenizerFiles.newObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }
}
