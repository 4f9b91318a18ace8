package org.rft4j.core.run;

/**
 * Something that wants attention, in words.
 *
 * @param level how much
 * @param code a short name that stays the same, for filters and tests
 * @param text what was seen with its number, what it means, and what can be done
 * @param step after how many optimiser steps, 0 before the first
 */
public record Finding(Level level, String code, String text, long step) {
    /** How much attention something wants. */
    public enum Level {
        /** Worth knowing. */
        NOTE,
        /** Training probably does not do what is wanted. */
        WARNING,
        /** It will not work. */
        ERROR
    }
}
