package org.rft4j.core.jinja;

import org.rft4j.engine.Rft4jException;

/** A template could not be read or rendered. The message says where, why, and who must act. */
public final class TemplateException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, and with it who must act. */
    public enum Kind {
        /** The source is no Jinja, or uses what has no meaning here. */
        SYNTAX("correct the template"),
        /** Something undefined was used for more than printing or testing. */
        UNDEFINED("pass the missing value, or correct the template"),
        /** The template itself called {@code raise_exception}. */
        RAISED("the template refuses this conversation: change the messages"),
        /** The template reached for what the sandbox forbids. */
        SECURITY("do not trust this template, or remove the access from it"),
        /** An operation got values it cannot work on. */
        RUNTIME("correct the values passed, or the template"),
        /** A limit of {@link TemplateLimits} was reached. */
        LIMIT("raise the limit in JinjaOptions, if the template can be trusted");

        private final String wayOut;

        Kind(String wayOut) {
            this.wayOut = wayOut;
        }
    }

    /** What went wrong. */
    private final Kind kind;

    /** The bare reason. */
    private final String reason;

    /** Where, counted from 1. */
    private final int line;

    /** Where in the line, counted from 1. */
    private final int column;

    TemplateException(String template, String source, JinjaError error) {
        super(message(template, source, error), error);
        kind = error.kind();
        reason = error.reason();
        int offset = Math.min(Math.max(error.offset(), 0), source.length());
        line = (int) source.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
        column = offset - source.lastIndexOf('\n', offset - 1);
    }

    /**
     * What went wrong.
     *
     * @return the kind of error
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The bare reason, in the words of Python's Jinja where it has some; for {@link Kind#RAISED} the template's own.
     *
     * @return the reason without place and way out
     */
    public String reason() {
        return reason;
    }

    /**
     * The line of the template.
     *
     * @return a line number, from 1
     */
    public int line() {
        return line;
    }

    /**
     * The column in that line.
     *
     * @return a column number, from 1
     */
    public int column() {
        return column;
    }

    private static String message(String template, String source, JinjaError error) {
        int offset = Math.min(Math.max(error.offset(), 0), source.length());
        int start = source.lastIndexOf('\n', offset - 1) + 1;
        int end = source.indexOf('\n', offset);
        String text = source.substring(start, end < 0 ? source.length() : end);
        long line = source.substring(0, start).chars().filter(c -> c == '\n').count() + 1;
        return "template " + template + ", line " + line + ", column " + (offset - start + 1) + ": " + error.reason()
                + "; " + error.kind().wayOut + "\n  " + shortened(text, offset - start);
    }

    /** Whole templates are often written in one line. */
    private static String shortened(String line, int at) {
        int from = Math.max(0, at - 60);
        int to = Math.min(line.length(), at + 60);
        return (from > 0 ? "..." : "") + line.substring(from, to) + (to < line.length() ? "..." : "");
    }
}
