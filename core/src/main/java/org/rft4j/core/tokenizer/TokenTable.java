package org.rft4j.core.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** Every token of a vocabulary, added ones included. */
final class TokenTable {
    private final Map<String, Integer> ids;
    private final @Nullable String[] texts;
    private final BitSet special;

    private TokenTable(Map<String, Integer> ids, @Nullable String[] texts, BitSet special) {
        this.ids = ids;
        this.texts = texts;
        this.special = special;
    }

    int size() {
        return texts.length;
    }

    Optional<Long> idOf(String token) {
        return Optional.ofNullable(ids.get(token)).map(Integer::longValue);
    }

    boolean contains(long id) {
        return id >= 0 && id < texts.length && texts[(int) id] != null;
    }

    String textOf(long id) {
        String text = id >= 0 && id < texts.length ? texts[(int) id] : null;
        if (text == null) {
            throw new InvalidInputException(
                    "token id",
                    id,
                    "must be one of the vocabulary, whose ids are below " + texts.length,
                    "check that tokenizer and model belong together, and keep ids that only pad the model's vocabulary"
                            + " from being sampled");
        }
        return text;
    }

    boolean isSpecial(long id) {
        return contains(id) && special.get((int) id);
    }

    List<String> specialTexts() {
        return special.stream().mapToObj(this::textOf).toList();
    }

    /** Collects tokens; a later one replaces an earlier one of the same id. */
    static final class Builder {
        private final Map<String, Integer> ids = new HashMap<>();
        private final Map<Integer, String> texts = new HashMap<>();
        private final BitSet special = new BitSet();
        private int size;

        void put(String text, int id, boolean isSpecial) {
            ids.put(text, id);
            texts.put(id, text);
            special.set(id, isSpecial);
            size = Math.max(size, id + 1);
        }

        TokenTable build() {
            @Nullable String[] byId = new @Nullable String[size];
            texts.forEach((id, text) -> byId[id] = text);
            return new TokenTable(ids, byId, special);
        }
    }
}
