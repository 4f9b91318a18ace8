package org.rft4j.core.jinja;

import org.rft4j.core.jinja.TemplateException.Kind;

/** An error on its way out of the interpreter; the place is added by the innermost node that has one. */
final class JinjaError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NOWHERE = -1;

    private final Kind kind;
    private final String reason;
    private int offset = NOWHERE;

    private JinjaError(Kind kind, String reason) {
        super(reason, null, false, false);
        this.kind = kind;
        this.reason = reason;
    }

    static JinjaError of(Kind kind, String reason) {
        return new JinjaError(kind, reason);
    }

    static JinjaError runtime(String reason) {
        return new JinjaError(Kind.RUNTIME, reason);
    }

    static JinjaError syntax(String reason, int offset) {
        return new JinjaError(Kind.SYNTAX, reason).at(offset);
    }

    static JinjaError limit(String limit, long most) {
        return new JinjaError(Kind.LIMIT, "more than the limit " + limit + " = " + most);
    }

    JinjaError at(int place) {
        if (offset == NOWHERE) {
            offset = place;
        }
        return this;
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        return reason;
    }

    int offset() {
        return offset;
    }
}
