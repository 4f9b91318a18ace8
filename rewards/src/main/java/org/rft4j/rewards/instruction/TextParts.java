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
    private static final String SENTENCE_ENDS = ".!?\u2026\u3002\uFF01\uFF1F\u0964";
    private static final String CLOSERS = "\"'\u201D\u2019)]";
    private static final String BLANKS = " \t\n\u000B\f\r";
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

    /**
     * Pieces between marks that end sentences, and between empty lines; abbreviations and single letters end none. Read once from
     * left to right: a pattern would take time that grows with the square of a text without blanks.
     */
    static int sentences(String text) {
        int end = text.stripTrailing().length();
        Matcher words = WORD.matcher(text);
        int count = 0;
        int from = 0;
        int at = 0;
        while (at < text.length()) {
            int next = at;
            boolean blank = isBlank(text.charAt(at));
            while (next < text.length() && isBlank(text.charAt(next)) == blank) {
                next++;
            }
            boolean ends = blank
                    ? text.substring(at, next).chars().filter(c -> c == '\n').count() > 1
                    : endsSentence(text.substring(at, next), next >= end);
            if (ends) {
                count += words.region(from, next).find() ? 1 : 0;
                from = next;
            }
            at = next;
        }
        return count + (words.region(from, text.length()).find() ? 1 : 0);
    }

    private static boolean isBlank(char c) {
        return BLANKS.indexOf(c) >= 0;
    }

    private static boolean endsSentence(String word, boolean last) {
        int close = word.length();
        while (close > 0 && CLOSERS.indexOf(word.charAt(close - 1)) >= 0) {
            close--;
        }
        int mark = close;
        while (mark > 0 && SENTENCE_ENDS.indexOf(word.charAt(mark - 1)) >= 0) {
            mark--;
        }
        String before = word.substring(0, mark).toLowerCase(Locale.ROOT);
        boolean stop = word.substring(mark, close).equals(".");
        boolean none = stop && (ABBREVIATIONS.contains(before) || before.matches("\\p{L}|\\d{1,3}"));
        return mark < close && (last || !none);
    }

    /** How many pieces of a line stand in square brackets, each from the first that opens to the next that closes. */
    static long bracketed(String text) {
        return text.lines().mapToLong(TextParts::bracketedInLine).sum();
    }

    private static long bracketedInLine(String line) {
        long count = 0;
        int open = line.indexOf('[');
        int close = open < 0 ? -1 : line.indexOf(']', open);
        while (close >= 0) {
            count++;
            open = line.indexOf('[', close);
            close = open < 0 ? -1 : line.indexOf(']', open);
        }
        return count;
    }

    /** Without a character at both ends, however often it stands there. */
    static String without(String text, char mark) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) == mark) {
            from++;
        }
        while (to > from && text.charAt(to - 1) == mark) {
            to--;
        }
        return text.substring(from, to);
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
