package org.rft4j.rewards.format;

/**
 * A text that may be looked at only so often. Patterns with nested repetitions can take time that grows exponentially with a text; a
 * matcher over this one is stopped after a number of steps that depends on nothing but pattern and text.
 */
final class BoundedText implements CharSequence {
    /** The steps are used up. */
    static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super("the pattern looked at the text too often", null, false, false);
        }
    }

    private final CharSequence text;
    private final long[] left;

    BoundedText(CharSequence text, long steps) {
        this(text, new long[] {steps});
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
