package org.rft4j.rewards.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts words and sentences. */
final class TextParts {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]+");
    private static final Pattern SENTENCE_END = Pattern.compile(
            "(\\S*?)([.!?\\u2026\\u3002\\uFF01\\uFF1F\\u0964]+)[\"'\\u201D\\u2019)\\]]*(?=\\s|$)|\\n\\s*\\n");
    private static final Set<String> ABBREVIATIONS = Set.of(
            "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "jr", "sr", "inc", "ltd", "co", "no",
            "fig", "u.s", "u.k", "a.m", "p.m", "p.s", "p.p.s");

    private TextParts() {}

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    /** Pieces between marks that end sentences, and between empty lines; abbreviations and single letters end none. */
    static int sentences(String text) {
        int count = 0;
        int from = 0;
        Matcher ends = SENTENCE_END.matcher(text);
        while (ends.find()) {
            String before = ends.group(1) == null ? "" : ends.group(1).toLowerCase(Locale.ROOT);
            boolean stop = ends.group(2) != null && ends.group(2).equals(".");
            boolean none = stop && (ABBREVIATIONS.contains(before) || before.matches("\\p{L}|\\d{1,3}"));
            boolean last = text.substring(ends.end()).isBlank();
            if (none && !last) {
                continue;
            }
            count += words(text.substring(from, ends.end())).isEmpty() ? 0 : 1;
            from = ends.end();
        }
        return count + (words(text.substring(from)).isEmpty() ? 0 : 1);
    }

    /** Some letter has a case, and every letter that has one has this. */
    static boolean isUpper(String text) {
        return text.equals(text.toUpperCase(Locale.ROOT)) && !text.equals(text.toLowerCase(Locale.ROOT));
    }

    static boolean isLower(String text) {
        return text.equals(text.toLowerCase(Locale.ROOT)) && !text.equals(text.toUpperCase(Locale.ROOT));
    }

    static int capitalWords(String text) {
        int count = 0;
        for (String word : text.split("\\s+")) {
            count += isUpper(word) ? 1 : 0;
        }
        return count;
    }
}
