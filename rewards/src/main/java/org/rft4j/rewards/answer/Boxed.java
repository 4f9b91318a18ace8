package org.rft4j.rewards.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer stands in {@code \boxed{...}} or {@code \fbox{...}}, with whatever braces it has inside; {@code \boxed 5} counts too.
 *
 * @param pick which box counts
 */
public record Boxed(Pick pick) implements AnswerExtraction {
    /** The last box. */
    public static final Boxed LAST = new Boxed(Pick.LAST);

    /** A brace that is not closed within so many characters is not searched further. */
    private static final int LONGEST = 4_000;

    private static final String[] BOXES = {"\\boxed", "\\fbox"};

    @Override
    public Optional<FoundAnswer> find(String text) {
        List<FoundAnswer> found = new ArrayList<>();
        for (int at = next(text, 0); at >= 0; at = next(text, at + 1)) {
            FoundAnswer content = content(text, at);
            if (content != null && !content.text().isEmpty()) {
                found.add(content);
            }
        }
        return pick.of(found);
    }

    private static int next(String text, int from) {
        int nearest = -1;
        for (String box : BOXES) {
            int at = text.indexOf(box, from);
            nearest = at >= 0 && (nearest < 0 || at < nearest) ? at : nearest;
        }
        return nearest;
    }

    @org.jspecify.annotations.Nullable
    private static FoundAnswer content(String text, int box) {
        int open = text.indexOf('x', box) + 1;
        if (text.startsWith("ed", open)) {
            open += 2;
        }
        int start = open;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        if (start < text.length() && text.charAt(start) == '{') {
            int close = close(text, start);
            return close < 0 ? null : FoundAnswer.between(text, start + 1, close);
        }
        int end = start;
        while (end < text.length() && start > open && "$\n ".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return FoundAnswer.between(text, start, end);
    }

    private static int close(String text, int open) {
        int depth = 0;
        for (int i = open; i < Math.min(text.length(), open + LONGEST); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String written(String answer) {
        return "\\boxed{" + answer + "}";
    }

    @Override
    public String missing() {
        return "a \\boxed{}";
    }
}
