package org.rft4j.core.jinja;

import java.util.List;

/**
 * A rendered template.
 *
 * @param text the text
 * @param generations the parts of it that stand in generation blocks, in order
 */
public record Rendering(String text, List<Span> generations) {
    /**
     * A part of a text, in Java's characters: {@code text.substring(start, end)}.
     *
     * @param start where it starts
     * @param end where it ends, exclusive
     */
    public record Span(int start, int end) {}
}
