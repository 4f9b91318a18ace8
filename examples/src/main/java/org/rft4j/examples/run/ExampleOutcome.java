package org.rft4j.examples.run;

import java.util.Locale;

/**
 * What an example came to, on what it was not trained on wherever that can be.
 *
 * @param metric what was measured, in words
 * @param start before training
 * @param end after it
 */
public record ExampleOutcome(String metric, double start, double end) {
    /**
     * For the last line of an example's output.
     *
     * @return {@code metric: start -> end}
     */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %.3f -> %.3f", metric, start, end);
    }
}
