package org.rft4j.core.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What the caller may have meant. */
public final class NearNames {
    private static final int SHOWN = 3;
    private static final int LONGEST = 256;

    private NearNames() {}

    /**
     * The names that differ least from a wanted one.
     *
     * @param wanted what was asked for
     * @param names what there is
     * @return up to three of the names, the nearest first
     */
    public static List<String> of(String wanted, Collection<String> names) {
        record Near(String name, int distance) {}
        return names.stream()
                .map(name -> new Near(name, distance(shortened(wanted), shortened(name))))
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(SHOWN)
                .map(Near::name)
                .toList();
    }

    private static String shortened(String name) {
        return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    }

    /** The insertions, deletions and replacements that make one word of the other. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[previous.length];
            current[0] = i;
            for (int j = 1; j < current.length; j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
