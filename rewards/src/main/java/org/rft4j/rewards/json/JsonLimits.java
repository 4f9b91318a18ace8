package org.rft4j.rewards.json;

import org.rft4j.engine.Check;

/**
 * How much JSON of a model is read. What exceeds a limit is a broken answer.
 *
 * @param characters of the text
 * @param depth of arrays and objects within each other
 * @param values in all, arrays and objects among them
 */
public record JsonLimits(int characters, int depth, int values) {
    /** 100,000 characters, 64 levels, 10,000 values. */
    public static final JsonLimits DEFAULT = new JsonLimits(100_000, 64, 10_000);

    /** Checks the limits. */
    public JsonLimits {
        Check.that(
                characters > 0 && values > 0,
                "characters and values",
                characters + " and " + values,
                "must be positive",
                "use JsonLimits.DEFAULT");
        Check.that(
                depth > 0 && depth <= 500,
                "depth",
                depth,
                "must be from 1 to 500, so that no stack overflows",
                "use JsonLimits.DEFAULT");
    }
}
