package org.rft4j.core.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a regular expression in the syntax of Oniguruma as far as its cost is concerned. */
final class PatternParser {
    /** Native code unrolls what is counted. */
    private static final int FEW = 100;

    private static final int DEEPEST = 20;
    private static final Pattern COUNT = Pattern.compile("\\{(\\d{0,6})(,?)(\\d{0,6})}");
    private static final Pattern OPENING =
            Pattern.compile("\\((?:\\?(?:[:=!>]|<[=!]|<[A-Za-z_]\\w*>|[im]*(?:-[im]+)?:))?(?![?*])");
    private static final Pattern FLAGS = Pattern.compile("\\(\\?[im]*(?:-[im]+)?\\)");
    private static final Pattern ESCAPE = Pattern.compile(
            "\\\\(?:[pP]\\{[^{}]*}|x\\{[0-9A-Fa-f]+}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^gkxpPuKXcCM1-9])",
            Pattern.DOTALL);

    private final String pattern;
    private int at;
    private int depth;

    /**
     * Part of a pattern: its cost where something that may fail follows, and where nothing does. Counts inside counts are unrolled
     * by native code, and multiply.
     */
    private record Part(PatternCost followed, PatternCost last, boolean optional, boolean counted, boolean empty) {
        static final Part PLAIN = new Part(PatternCost.ONCE, PatternCost.ONCE, false, false, false);
        static final Part PLACE = new Part(PatternCost.ONCE, PatternCost.ONCE, false, false, true);
    }

    private record Count(int least, int most) {
        boolean isFixed() {
            return least == most;
        }

        boolean isCounted() {
            return least > 1 || (most > 1 && most <= FEW);
        }
    }

    private PatternParser(String pattern) {
        this.pattern = pattern;
    }

    /** The cost of a pattern; throws what is wrong with it as the message of an exception. */
    static PatternCost cost(String pattern) {
        return whole(pattern).last();
    }

    /** Whether a pattern can match without a character. */
    static boolean matchesNothing(String pattern) {
        return whole(pattern).empty();
    }

    private static Part whole(String pattern) {
        PatternParser parser = new PatternParser(pattern);
        Part whole = parser.alternatives();
        if (parser.at < pattern.length()) {
            throw new IllegalArgumentException("an unopened parenthesis at " + parser.at);
        }
        return whole;
    }

    private Part alternatives() {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("more than " + DEEPEST + " nested groups");
        }
        Part sum = sequence();
        while (at < pattern.length() && pattern.charAt(at) == '|') {
            at++;
            Part next = sequence();
            sum = new Part(
                    sum.followed().plus(next.followed()),
                    sum.last().plus(next.last()),
                    sum.optional() || next.optional(),
                    sum.counted() || next.counted(),
                    sum.empty() || next.empty());
        }
        depth--;
        return sum;
    }

    private Part sequence() {
        List<Part> parts = new ArrayList<>();
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            parts.add(repeated(atom()));
        }
        int end = parts.size();
        PatternCost last = PatternCost.ONCE;
        while (end > 0 && parts.get(end - 1).optional()) {
            PatternCost tail = parts.get(--end).last();
            last = tail.isOnce() ? last : last.plus(tail);
        }
        PatternCost followed = PatternCost.ONCE;
        for (Part part : parts) {
            followed = followed.times(part.followed());
        }
        boolean counted = parts.stream().anyMatch(Part::counted);
        PatternCost needed = PatternCost.ONCE;
        for (int i = 0; i < end; i++) {
            Part part = parts.get(i);
            needed = needed.times(i + 1 < end ? part.followed() : part.last());
        }
        return new Part(
                followed,
                last.isOnce() ? needed : needed.plus(last),
                end == 0,
                counted,
                parts.stream().allMatch(Part::empty));
    }

    private Part atom() {
        char c = pattern.charAt(at);
        if (c == '(') {
            return group();
        }
        if (c == '[') {
            skipClass();
            return Part.PLAIN;
        }
        if (c == '\\') {
            skipEscape();
            return "bBAzZGyY".indexOf(pattern.charAt(at - 1)) >= 0 && pattern.charAt(at - 2) == '\\'
                    ? Part.PLACE
                    : Part.PLAIN;
        }
        if (c == '*' || c == '+' || c == '?') {
            throw new IllegalArgumentException("a repetition of a repetition, or of nothing, at " + at);
        }
        at++;
        return c == '^' || c == '$' ? Part.PLACE : Part.PLAIN;
    }

    private Part group() {
        int start = at;
        if (skips(FLAGS)) {
            return Part.PLACE;
        }
        if (!skips(OPENING)) {
            throw new IllegalArgumentException("an unusual group at " + at);
        }
        String opening = pattern.substring(start, at);
        Part inside = alternatives();
        if (at == pattern.length()) {
            throw new IllegalArgumentException("an unclosed parenthesis at " + start);
        }
        at++;
        boolean atomic = opening.matches("\\(\\?(?:[=!>]|<[=!])");
        return atomic
                ? new Part(
                        inside.last(), inside.last(), false, inside.counted(), inside.empty() || !opening.equals("(?>"))
                : inside;
    }

    private Part repeated(Part part) {
        int start = at;
        Count count = count();
        if (count == null) {
            return part;
        }
        if (count.most() != 1 && !part.followed().isOnce()) {
            throw new IllegalArgumentException(
                    "a repeated group with a repetition or alternatives inside, which may take for ever, at " + start);
        }
        if (count.isCounted() && part.counted()) {
            throw new IllegalArgumentException("a counted group with a count inside, at " + start);
        }
        boolean counted = part.counted() || count.isCounted();
        boolean optional = part.optional() || count.least() == 0;
        boolean empty = part.empty() || count.least() == 0;
        if (count.isFixed()) {
            return new Part(part.followed(), part.last(), optional, counted, empty);
        }
        if (count.most() > FEW) {
            return new Part(PatternCost.EVERY_LENGTH, PatternCost.ONCE, optional, counted, empty);
        }
        PatternCost choices = new PatternCost(0, count.most() - count.least());
        return new Part(part.followed().plus(choices), part.last(), optional, counted, empty);
    }

    /** The quantifier that follows, if one does. */
    private @Nullable Count count() {
        if (at == pattern.length()) {
            return null;
        }
        Count count = switch (pattern.charAt(at)) {
            case '*' -> new Count(0, Integer.MAX_VALUE);
            case '+' -> new Count(1, Integer.MAX_VALUE);
            case '?' -> new Count(0, 1);
            default -> null;
        };
        if (count != null) {
            at++;
            if (at < pattern.length() && "?+".indexOf(pattern.charAt(at)) >= 0) {
                at++; // lazy or possessive
            }
            return count;
        }
        Matcher braces = COUNT.matcher(pattern).region(at, pattern.length());
        if (!braces.lookingAt() || braces.group().length() < 3 || braces.group().equals("{,}")) {
            return null;
        }
        at = braces.end();
        return counted(braces);
    }

    private static Count counted(Matcher braces) {
        int least = number(braces.group(1), 0);
        int most = braces.group(2).isEmpty() ? least : number(braces.group(3), Integer.MAX_VALUE);
        if (least > most || least > FEW || (most > FEW && most < Integer.MAX_VALUE)) {
            throw new IllegalArgumentException("the repetition " + braces.group());
        }
        return new Count(least, most);
    }

    private static int number(String digits, int absent) {
        return digits.isEmpty() ? absent : Integer.parseInt(digits);
    }

    private void skipEscape() {
        if (!skips(ESCAPE)) {
            throw new IllegalArgumentException("a reference or an unusual escape at " + at);
        }
    }

    /** Classes may hold others. */
    private void skipClass() {
        int start = at;
        int open = 0;
        do {
            if (at == pattern.length()) {
                throw new IllegalArgumentException("an unclosed bracket at " + start);
            }
            char c = pattern.charAt(at);
            if (c == '\\') {
                skipEscape();
                continue;
            }
            at++;
            if (c == '[') {
                open++;
                at += pattern.startsWith("^]", at) ? 2 : pattern.startsWith("]", at) ? 1 : 0;
            } else if (c == ']') {
                open--;
            }
        } while (open > 0);
    }

    private boolean skips(Pattern syntax) {
        Matcher matcher = syntax.matcher(pattern).region(at, pattern.length());
        if (matcher.lookingAt()) {
            at = matcher.end();
            return true;
        }
        return false;
    }
}
