package org.rft4j.core.report;

/** Text for a page: whatever stands in it is shown and never read as HTML. */
final class Html {
    private Html() {}

    /** For text and for attributes in double quotes. Control characters, which HTML forbids, are shown as pictures of themselves. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.append(c);
                default -> escaped.append(c < ' ' ? (char) ('\u2400' + c) : c == 0x7f ? '\u2421' : c);
            }
        }
        return escaped.toString();
    }

    /** For JSON inside of a script element, which a tag in a string would end. */
    static String escapeJson(String json) {
        return json.replace("<", "\\u003c");
    }

    /** The beginning of a text, and how much was left out. */
    static String shortened(String text, int atMost) {
        if (text.length() <= atMost) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(atMost - 1)) ? atMost - 1 : atMost;
        return text.substring(0, end) + "\u2026 ("
                + Numbers.count(text.length() - end, "more character", "more characters") + ")";
    }
}
