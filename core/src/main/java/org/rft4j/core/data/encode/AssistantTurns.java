package org.rft4j.core.data.encode;

/** How it is known what in a rendered conversation the assistant said. */
public enum AssistantTurns {
    /** The template marks it with {@code generation} blocks. */
    GENERATION_BLOCKS,
    /**
     * What a message adds to the conversation before it, which is rendered up to where the assistant begins to speak; blanks behind the end
     * of the turn are left out. A template that renders a turn otherwise once others follow it, such as without its reasoning, is an error.
     */
    PREFIXES
}
