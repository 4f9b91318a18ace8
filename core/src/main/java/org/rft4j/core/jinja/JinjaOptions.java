package org.rft4j.core.jinja;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * How to render.
 *
 * @param limits what a rendering may use
 * @param clock what {@code strftime_now} reads, with its time zone; null leaves that function undefined, because a text
 *     that depends on the day of its making cannot be made again: templates that ask for it take their fallback, and those that
 *     call it unasked fail
 */
public record JinjaOptions(TemplateLimits limits, @Nullable Clock clock) {
    /** Default limits and no clock. */
    public static final JinjaOptions DEFAULT = new JinjaOptions(TemplateLimits.DEFAULT, null);

    /**
     * Gives the template a date.
     *
     * @param newClock what {@code strftime_now} reads, {@code Clock.fixed(...)} for one that can be repeated
     * @return these options with that clock
     */
    public JinjaOptions withClock(Clock newClock) {
        return new JinjaOptions(limits, newClock);
    }

    /**
     * Replaces the limits.
     *
     * @param newLimits what a rendering may use
     * @return these options with those limits
     */
    public JinjaOptions withLimits(TemplateLimits newLimits) {
        return new JinjaOptions(newLimits, clock);
    }
}
