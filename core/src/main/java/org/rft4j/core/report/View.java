package org.rft4j.core.report;

/**
 * Something to look at in a notebook, in two forms. Both are finished when the view is made: a view is a value that any number of threads
 * may share, and it holds nothing of what it shows.
 *
 * @param html a piece of a page that needs no script, no style sheet and no network; whatever a model wrote is escaped in it
 * @param text the same in plain lines, without control characters but for line breaks
 */
public record View(String html, String text) {
    /**
     * The plain form, for whoever prints a view.
     *
     * @return {@link #text}
     */
    @Override
    public String toString() {
        return text;
    }
}
