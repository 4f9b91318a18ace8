package org.rft4j.core.tokenizer;

import org.rft4j.engine.InvalidInputException;

/** From the code points that native code counts to the UTF-16 code units that Java counts. */
final class CodePoints {
    private CodePoints() {}

    /** The index of every code point of a text, and the text's length behind the last; an unpaired surrogate is refused. */
    static int[] indices(String text) {
        int[] indices = new int[text.codePointCount(0, text.length()) + 1];
        int at = 0;
        for (int i = 0; i < indices.length; i++) {
            indices[i] = at;
            if (at < text.length()) {
                int codePoint = text.codePointAt(at);
                if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                    throw new InvalidInputException(
                            "character " + at + " of the text",
                            String.format("the unpaired surrogate U+%04X", codePoint),
                            "must be a Unicode character",
                            "replace it, for example by U+FFFD, or find out who cut the text inside a character");
                }
                at += Character.charCount(codePoint);
            }
        }
        return indices;
    }
}
