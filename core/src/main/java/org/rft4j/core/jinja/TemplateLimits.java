package org.rft4j.core.jinja;

import org.rft4j.engine.Check;

/**
 * What one rendering may use. Templates come with downloaded models, so one that loops or grows without end must stop with
 * an error instead of taking the process down.
 *
 * @param steps evaluated expressions and statements, plus one for every 16 characters or items that an operation makes
 * @param depth how deep evaluation may nest, over expressions, statements, macro calls and nested values
 * @param outputCharacters length of the rendered text, and of any text captured on the way
 * @param valueSize characters of one string, or items of one list
 */
public record TemplateLimits(long steps, int depth, int outputCharacters, int valueSize) {
    /** Far above what any real conversation needs, and over within about a second. */
    public static final TemplateLimits DEFAULT = new TemplateLimits(20_000_000, 600, 20_000_000, 20_000_000);

    /** Checks that every limit is positive. */
    public TemplateLimits {
        positive("steps", steps);
        positive("depth", depth);
        positive("outputCharacters", outputCharacters);
        positive("valueSize", valueSize);
    }

    private static void positive(String what, long value) {
        Check.that(value > 0, what, value, "must be > 0", "use TemplateLimits.DEFAULT");
    }
}
