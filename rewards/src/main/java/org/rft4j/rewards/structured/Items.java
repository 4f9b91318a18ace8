package org.rft4j.rewards.structured;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Items of an answer: compared in lower case, without blanks around them, and without list marks before them. */
final class Items {
    private static final Pattern LIST_MARK = Pattern.compile("^(?:[-*]|\\d+[.)])\\s+");
    private static final List<String> BETWEEN = List.of(", ", "; ", "\n", " ", " > ", " -> ", " | ", " / ");

    private Items() {}

    static String normal(String item) {
        return item.strip().toLowerCase(Locale.ROOT);
    }

    /** The items of an answer in order. A list mark stays where the expected item has it. */
    static List<String> in(String answer, Pattern separator, Collection<String> expected) {
        List<String> items = new ArrayList<>();
        for (String part : separator.split(answer.strip())) {
            String item = normal(part);
            items.add(expected.contains(item) ? item : LIST_MARK.matcher(item).replaceFirst(""));
        }
        return items;
    }

    /** Writes items so that the separator tells them apart, if some usual way of writing a list does it. */
    static String written(List<String> items, Pattern separator) {
        for (String between : BETWEEN) {
            String list = String.join(between, items);
            if (in(list, separator, items).equals(items)) {
                return list;
            }
        }
        return String.join(BETWEEN.get(0), items);
    }
}
