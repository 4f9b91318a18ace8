package org.rft4j.core.tokenizer;

/** What a character tokenizer does with a character outside its alphabet. */
public enum UnknownCharacters {
    /** Encoding fails and names the character. */
    REFUSE,
    /** The character becomes the unknown token, which decodes to {@code <|unk|>}: the round trip is lost. */
    UNKNOWN_TOKEN
}
