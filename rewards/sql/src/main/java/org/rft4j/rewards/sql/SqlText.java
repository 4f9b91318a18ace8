package org.rft4j.rewards.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a query's words without understanding it. */
final class SqlText {
    private static final Pattern NO_WORDS = Pattern.compile("--[^\\n]*|/\\*(?:[^*]|\\*(?!/))*+\\*/|'(?:[^']|'')*+'");
    private static final Pattern NAME =
            Pattern.compile("\"([^\"]+)\"|`([^`]+)`|\\[([^]]+)]|([\\p{L}_][\\p{L}\\p{N}_]*)");
    private static final Pattern FENCE = Pattern.compile("```(?:sql|sqlite|duckdb)?[ \\t]*\\n(.*?)```", Pattern.DOTALL);

    private SqlText() {}

    /** The last fenced block, else all of it; without the semicolon at its end. */
    static String query(String completion) {
        Matcher fences = FENCE.matcher(completion);
        String found = completion;
        while (fences.find()) {
            found = fences.group(1);
        }
        String stripped = found.strip();
        return stripped.endsWith(";")
                ? stripped.substring(0, stripped.length() - 1).strip()
                : stripped;
    }

    /** Tables, and columns, of the schema that the query names, in lower case. */
    static Set<String> schemaNames(String query, Map<String, List<String>> schema) {
        Set<String> known = new HashSet<>();
        schema.forEach((table, columns) -> {
            known.add(table.toLowerCase(Locale.ROOT));
            columns.forEach(column -> known.add(column.toLowerCase(Locale.ROOT)));
        });
        Set<String> named = new HashSet<>();
        Matcher names = NAME.matcher(NO_WORDS.matcher(query).replaceAll(" "));
        while (names.find()) {
            for (int group = 1; group <= names.groupCount(); group++) {
                String name = names.group(group);
                if (name != null && known.contains(name.toLowerCase(Locale.ROOT))) {
                    named.add(name.toLowerCase(Locale.ROOT));
                }
            }
        }
        return named;
    }

    /** Pairs of words between blanks, in lower case. */
    static Set<List<String>> bigrams(String query) {
        List<String> words = List.of(query.toLowerCase(Locale.ROOT).strip().split("\\s+"));
        Set<List<String>> bigrams = new HashSet<>();
        for (int i = 0; i + 1 < words.size(); i++) {
            bigrams.add(words.subList(i, i + 2));
        }
        return bigrams;
    }

    /** Whether the outermost query says in which order its rows come. */
    static boolean isOrdered(String query) {
        String text = NO_WORDS.matcher(query).replaceAll(" ").toLowerCase(Locale.ROOT);
        int depth = 0;
        List<Integer> starts = new ArrayList<>();
        Matcher marks = Pattern.compile("[()]|\\border\\s+by\\b").matcher(text);
        while (marks.find()) {
            switch (marks.group().charAt(0)) {
                case '(' -> depth++;
                case ')' -> depth--;
                default -> {
                    if (depth == 0) {
                        starts.add(marks.start());
                    }
                }
            }
        }
        return !starts.isEmpty();
    }

    static <T> double jaccard(Set<T> one, Set<T> other) {
        Set<T> both = new HashSet<>(one);
        both.retainAll(other);
        int either = one.size() + other.size() - both.size();
        return either == 0 ? 1 : (double) both.size() / either;
    }
}
