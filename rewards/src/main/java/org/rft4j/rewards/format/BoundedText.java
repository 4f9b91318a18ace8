package org.rft4j.rewards.format;

import java.util.regex.Pattern;

/**
 * A text that may be looked at only so often. Patterns with nested repetitions can take time that grows exponentially with a text; a
 * matcher over this one is stopped after a number of steps that depends on nothing but pattern and text. For one thread.
 */
public final class BoundedText implements CharSequence {
    /** The steps are used up. */
    static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super("the pattern looked at the text too often", null, false, false);
        }
    }

    /** Enough for patterns without nested repetitions on texts of a million characters. */
    static final long DEFAULT_STEPS = 50_000_000;

    private final CharSequence text;
    private final long[] left;

    BoundedText(CharSequence text, long steps) {
        this(text, new long[] {steps});
    }

    /**
     * Looks for a pattern in what a model wrote.
     *
     * @param pattern any pattern, also one with nested repetitions
     * @param text the text
     * @return whether it is there; no where the search was stopped
     */
    public static boolean find(Pattern pattern, String text) {
        try {
            return pattern.matcher(new BoundedText(text, DEFAULT_STEPS)).find();
        } catch (ExhaustedException | StackOverflowError e) {
            return false;
        }
    }

    private BoundedText(CharSequence text, long[] left) {
        this.text = text;
        this.left = left;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (--left[0] < 0) {
            throw new ExhaustedException();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new BoundedText(text.subSequence(start, end), left);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
