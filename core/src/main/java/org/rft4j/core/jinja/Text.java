package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Python's view of strings: characters are code points, and white space is what Unicode says it is. */
final class Text {
    private Text() {}

    static int length(CharSequence text) {
        String string = text.toString();
        return string.codePointCount(0, string.length());
    }

    /** The code points from one to another, both inside the text. */
    static String slice(String text, int from, int to) {
        if (from >= to) {
            return "";
        }
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    static List<Object> characters(CharSequence text) {
        List<Object> characters = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
    }

    static boolean isSpace(int c) {
        return (c >= '\t' && c <= '\r')
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || (c > 0xff && Character.isSpaceChar(c));
    }

    static String strip(String text, IntPredicate unwanted) {
        return stripLeft(stripRight(text, unwanted), unwanted);
    }

    static String stripLeft(String text, IntPredicate unwanted) {
        int start = 0;
        while (start < text.length() && unwanted.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String stripRight(String text, IntPredicate unwanted) {
        int end = text.length();
        while (end > 0 && unwanted.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    private static boolean endsLine(char c) {
        return (c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    static List<Object> lines(String text, boolean keepEnds) {
        List<Object> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (endsLine(text.charAt(i))) {
                int end = i;
                if (text.startsWith("\r\n", i)) {
                    i++;
                }
                lines.add(text.substring(start, keepEnds ? i + 1 : end));
                start = i + 1;
            }
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    /** Words between white space, at most {@code limit} cuts from the left; negative means all. */
    static List<Object> words(String text, long limit) {
        List<Object> words = new ArrayList<>();
        String rest = stripLeft(text, Text::isSpace);
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !isSpace(rest.charAt(end))) {
                end++;
            }
            if (limit >= 0 && words.size() == limit) {
                words.add(rest);
                return words;
            }
            words.add(rest.substring(0, end));
            rest = stripLeft(rest.substring(end), Text::isSpace);
        }
        return words;
    }

    static List<Object> wordsFromRight(String text, long limit) {
        List<Object> words = new ArrayList<>();
        String rest = stripRight(text, Text::isSpace);
        while (!rest.isEmpty()) {
            int start = rest.length();
            while (start > 0 && !isSpace(rest.charAt(start - 1))) {
                start--;
            }
            if (limit >= 0 && words.size() == limit) {
                words.add(0, rest);
                return words;
            }
            words.add(0, rest.substring(start));
            rest = stripRight(rest.substring(0, start), Text::isSpace);
        }
        return words;
    }

    /** Pieces between separators, at most {@code limit} cuts from the left; negative means all. */
    static List<Object> split(String text, String separator, long limit) {
        List<Object> pieces = new ArrayList<>();
        int start = 0;
        int found = text.indexOf(separator);
        while (found >= 0 && pieces.size() != limit) {
            pieces.add(text.substring(start, found));
            start = found + separator.length();
            found = text.indexOf(separator, start);
        }
        pieces.add(text.substring(start));
        return pieces;
    }

    static List<Object> splitFromRight(String text, String separator, long limit) {
        List<Object> pieces = new ArrayList<>();
        int end = text.length();
        int found = end < separator.length() ? -1 : text.lastIndexOf(separator);
        while (found >= 0 && pieces.size() != limit) {
            pieces.add(text.substring(found + separator.length(), end));
            end = found;
            found = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
        }
        pieces.add(text.substring(0, end));
        java.util.Collections.reverse(pieces);
        return pieces;
    }

    /** Replaces at most {@code limit} occurrences from the left; negative means all. */
    static String replace(String text, String old, String fresh, long limit, Budget budget) {
        long found = old.isEmpty() ? length(text) + 1 : count(text, old);
        long times = limit < 0 ? found : Math.min(limit, found);
        budget.value(text.length() + times * Math.max(0, fresh.length() - old.length()));
        if (times == 0) {
            return text;
        }
        if (old.isEmpty()) {
            return interleave(text, fresh, times);
        }
        StringBuilder result = new StringBuilder();
        int start = 0;
        for (long i = 0; i < times; i++) {
            int at = text.indexOf(old, start);
            result.append(text, start, at).append(fresh);
            start = at + old.length();
        }
        return result.append(text, start, text.length()).toString();
    }

    private static String interleave(String text, String fresh, long times) {
        StringBuilder result = new StringBuilder(fresh);
        long left = times - 1;
        for (Object character : characters(text)) {
            result.append(character);
            if (left-- > 0) {
                result.append(fresh);
            }
        }
        return result.toString();
    }

    static long count(String text, String part) {
        if (part.isEmpty()) {
            return length(text) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    static String pad(String text, long width, String fill, double shareLeft, Budget budget) {
        long missing = width - length(text);
        if (missing <= 0) {
            return text;
        }
        budget.value(text.length() + missing);
        int left = (int) (missing * shareLeft);
        return fill.repeat(left) + text + fill.repeat((int) missing - left);
    }

    /** Python puts the odd blank left in an odd width. */
    static String center(String text, long width, String fill, Budget budget) {
        long missing = width - length(text);
        if (missing <= 0) {
            return text;
        }
        budget.value(text.length() + missing);
        int left = (int) (missing / 2 + (missing & width & 1));
        return fill.repeat(left) + text + fill.repeat((int) missing - left);
    }

    /** Order by code points. */
    static int compare(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xHalf = Character.isSurrogate(x);
                return xHalf == Character.isSurrogate(y) ? Character.compare(x, y) : xHalf ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
