package org.rft4j.core.jinja;

/**
 * A string marked as safe HTML. Chat templates do not escape, but the mark still shows: adding an ordinary string to a
 * marked one escapes the ordinary one.
 */
record Markup(String text) implements CharSequence {
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    /** The text of a value as it stands inside marked text. */
    static String escaped(Object value, Budget budget) {
        return value instanceof Markup safe ? safe.text : escape(Repr.str(value, budget));
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
