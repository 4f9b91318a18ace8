package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A bar with words behind it that fits into one line of a terminal. It becomes shorter where the words become longer, and never longer
 * again, so that it does not tremble with their last digits.
 */
final class ProgressBar {
    private static final int WIDEST = 30;
    private static final int NARROWEST = 8;
    private static final String GAP = "  ";

    private final Screen screen;
    private int length = WIDEST;

    ProgressBar(Screen screen) {
        this.screen = screen;
    }

    /** As many of the words as fit, and before them a bar if the share, from 0 to 1, is known. The last column stays empty: some terminals wrap there. */
    void draw(double share, List<String> words) {
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
        length = Math.min(length, NARROWEST + room - used);
        String text = String.join(GAP, shown);
        screen.draw(known ? bar(share) + GAP + text : text);
    }

    private String bar(double share) {
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
