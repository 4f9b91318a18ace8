package org.rft4j.cli.config;

/** What a row of a data set is. */
public enum DataType {
    /** A prompt, and columns that rewards look at. */
    TASKS,
    /** A prompt and its completion. */
    PROMPT_COMPLETIONS,
    /** A text, or messages, that are learned whole. */
    TEXTS,
    /** A prompt with a chosen and a rejected answer. */
    PREFERENCES,
    /** A prompt, an answer, and whether it is wanted. */
    UNPAIRED_PREFERENCES
}
