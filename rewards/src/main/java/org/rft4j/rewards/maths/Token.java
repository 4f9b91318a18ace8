package org.rft4j.rewards.maths;

/**
 * A piece of an answer.
 *
 * @param kind what sort
 * @param text digits, letters, the name of a command without its backslash, or an operator
 * @param spaced whether a blank stands before it
 */
record Token(Kind kind, String text, boolean spaced) {
    enum Kind {
        NUMBER,
        LETTER,
        /** Two letters or more in a row, outside of commands. */
        WORD,
        COMMAND,
        /** What stands in \text{...}. */
        TEXT,
        OPERATOR,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    boolean isOperator(String operator) {
        return is(Kind.OPERATOR, operator);
    }

    boolean isCommand(String name) {
        return is(Kind.COMMAND, name);
    }

    /** Words that only join answers. */
    boolean isJoint() {
        boolean worded = kind == Kind.TEXT || kind == Kind.WORD;
        return (worded && Names.JOINTS.contains(text.toLowerCase(java.util.Locale.ROOT)))
                || isCommand("lor")
                || isCommand("vee");
    }
}
