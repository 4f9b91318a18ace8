package org.rft4j.rewards.maths;

import org.rft4j.engine.Check;

/**
 * What a comparison may use. A comparison that would use more is undecided, whatever the machine.
 *
 * @param characters of each answer
 * @param depth of nesting
 * @param steps of work, about a microsecond each
 * @param bits of any exact number
 * @param terms of any polynomial
 */
public record MathsLimits(int characters, int depth, long steps, int bits, int terms) {
    /** 2,000 characters, depth 60, 100,000 steps, numbers of 16,384 bits (4,900 digits), 400 terms. */
    public static final MathsLimits DEFAULT = new MathsLimits(2_000, 60, 100_000, 16_384, 400);

    /** The deepest nesting that the parser's recursion is meant for. */
    private static final int DEEPEST = 200;

    /** Checks that each limit lets something through. */
    public MathsLimits {
        Check.that(characters > 0, "limit of characters", characters, "must be > 0", "use MathsLimits.DEFAULT");
        Check.that(
                depth > 0 && depth <= DEEPEST,
                "limit of depth",
                depth,
                "must be in 1.." + DEEPEST,
                "use MathsLimits.DEFAULT; deeper nesting could overflow the stack");
        Check.that(steps > 0, "limit of steps", steps, "must be > 0", "use MathsLimits.DEFAULT");
        Check.that(bits > 0, "limit of bits", bits, "must be > 0", "use MathsLimits.DEFAULT");
        Check.that(terms > 0, "limit of terms", terms, "must be > 0", "use MathsLimits.DEFAULT");
    }
}
