package org.rft4j.core.tokenizer;

import java.util.List;
import java.util.Optional;
import org.rft4j.engine.InvalidInputException;

/** The characters of a tokenizer that refuses all others. Native code refuses too, but does not say which. */
final class ClosedAlphabet {
    private final TokenTable table;
    private final List<String> specialTexts;

    ClosedAlphabet(TokenTable table) {
        this.table = table;
        specialTexts = table.specialTexts();
    }

    /** Throws at the first character that is neither in the alphabet nor part of a special token. */
    void check(String text) {
        int at = 0;
        while (at < text.length()) {
            int from = at;
            Optional<String> special =
                    specialTexts.stream().filter(s -> text.startsWith(s, from)).findFirst();
            String character = Character.toString(text.codePointAt(at));
            if (special.isEmpty() && table.idOf(character).isEmpty()) {
                throw new InvalidInputException(
                        "character " + at + " of the text",
                        String.format("'%s' (U+%04X)", character, character.codePointAt(0)),
                        "must be in the tokenizer's alphabet",
                        "make the tokenizer with this character too, or with UnknownCharacters.UNKNOWN_TOKEN");
            }
            at += special.map(String::length).orElse(character.length());
        }
    }
}
