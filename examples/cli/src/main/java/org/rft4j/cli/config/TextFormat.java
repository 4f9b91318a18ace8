package org.rft4j.cli.config;

/** What the model sees of a prompt. */
public enum TextFormat {
    /** A text, as it stands. */
    TEXT,
    /** A conversation, as the model's chat template renders it. */
    CHAT
}
