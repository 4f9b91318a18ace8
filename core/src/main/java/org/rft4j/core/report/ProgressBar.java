package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.List;

/** A bar with words behind it that fits into one line of a terminal. */
final class ProgressBar {
    private static final int WIDEST = 30;
    private static final int NARROWEST = 8;
    private static final String GAP = "  ";

    private ProgressBar() {}

    /** As many of the words as fit, before them a bar if the share, from 0 to 1, is known. The last column stays empty: some terminals wrap there. */
    static String of(double share, List<String> words, Screen screen) {
        boolean known = !Double.isNaN(share);
        int room = screen.terminal().width() - 1 - (known ? NARROWEST + GAP.length() : 0);
        List<String> shown = new ArrayList<>();
        int used = 0;
        for (String word : words) {
            int more = Printable.width(word) + (shown.isEmpty() ? 0 : GAP.length());
            if (used + more > room) {
                break;
            }
            shown.add(word);
            used += more;
        }
        String text = String.join(GAP, shown);
        int length = Math.min(WIDEST, NARROWEST + room - used);
        return known ? bar(share, length, screen) + GAP + text : text;
    }

    private static String bar(double share, int length, Screen screen) {
        if (screen.terminal().unicode()) {
            int done = (int) Math.floor(share * length);
            return screen.coloured("\u2501".repeat(done), Screen.Colour.GREEN)
                    + screen.coloured("\u2500".repeat(length - done), Screen.Colour.FAINT);
        }
        int inside = length - 2;
        int done = (int) Math.floor(share * inside);
        return "[" + screen.coloured("#".repeat(done), Screen.Colour.GREEN) + ".".repeat(inside - done) + "]";
    }
}
