package org.rft4j.core.report;

import java.util.Locale;

/**
 * Text of others on a console: control characters, with which it could move the cursor or change the title, become visible escapes, and
 * what is cut is cut by columns, of which a Chinese character takes two and a combining one none.
 */
final class Printable {
    /** First and last code points that take two columns. */
    private static final int[][] WIDE = {
        {0x1100, 0x115f},
        {0x2e80, 0x303e},
        {0x3041, 0xa4cf},
        {0xac00, 0xd7a3},
        {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},
        {0xff01, 0xff60},
        {0xffe0, 0xffe6},
        {0x1f300, 0x1faff},
        {0x20000, 0x3fffd}
    };

    private Printable() {}

    /** One line without control characters. */
    static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> append(line, c);
            }
        });
        return line.toString();
    }

    private static void append(StringBuilder line, int c) {
        int type = Character.getType(c);
        boolean hidden = type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
        if (hidden) {
            line.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
            line.appendCodePoint(c);
        }
    }

    static int width(String line) {
        return line.codePoints().map(Printable::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        for (int[] range : WIDE) {
            if (c >= range[0] && c <= range[1]) {
                return 2;
            }
        }
        return 1;
    }

    /** The line, cut where it does not fit and filled up with blanks, to so many columns. */
    static String column(String line, int columns) {
        int width = width(line);
        if (width <= columns) {
            return line + " ".repeat(columns - width);
        }
        String mark = columns > 3 ? "..." : "";
        StringBuilder cut = new StringBuilder();
        int used = 0;
        for (int c : line.codePoints().toArray()) {
            if (used + width(c) > columns - mark.length()) {
                break;
            }
            cut.appendCodePoint(c);
            used += width(c);
        }
        return cut + mark + " ".repeat(columns - mark.length() - used);
    }
}
