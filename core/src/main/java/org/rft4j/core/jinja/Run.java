package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.List;

/** One rendering: its output so far, what it may still use, and the generation spans it has met. */
final class Run {
    /** A generation block: where it seemed to start, and its text. */
    record Generation(int start, String text, int offset) {}

    private final String source;
    private final Budget budget;
    private final StringBuilder document = new StringBuilder();
    private final List<Generation> generations = new ArrayList<>();
    private final Scope root;
    private StringBuilder out = document;

    Run(String source, JinjaOptions options, Scope root) {
        this.source = source;
        this.root = root;
        budget = new Budget(options.limits());
    }

    Budget budget() {
        return budget;
    }

    Scope root() {
        return root;
    }

    Object eval(Expr expression, Scope scope) {
        budget.enter();
        try {
            return expression.eval(this, scope);
        } catch (JinjaError e) {
            throw e.at(expression.offset());
        } finally {
            budget.leave();
        }
    }

    List<Object> evalAll(List<Expr> expressions, Scope scope) {
        List<Object> values = new ArrayList<>(expressions.size());
        for (Expr expression : expressions) {
            values.add(eval(expression, scope));
        }
        return values;
    }

    Flow exec(List<Statement> statements, Scope scope) {
        for (Statement statement : statements) {
            Flow flow = exec(statement, scope);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    private Flow exec(Statement statement, Scope scope) {
        budget.enter();
        try {
            return statement.exec(this, scope);
        } catch (JinjaError e) {
            throw e.at(statement.offset());
        } finally {
            budget.leave();
        }
    }

    void write(String text) {
        budget.output((long) out.length() + text.length());
        out.append(text);
    }

    /** What the statements write goes into a text of its own. */
    Capture capture(List<Statement> statements, Scope scope) {
        StringBuilder outside = out;
        out = new StringBuilder();
        try {
            Flow flow = exec(statements, scope);
            return new Capture(out.toString(), flow);
        } finally {
            out = outside;
        }
    }

    /** Captured text, and how the capturing ended. */
    record Capture(String text, Flow flow) {}

    Object call(Object callee, Arguments arguments) {
        if (callee instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(callee instanceof Callable callable)) {
            throw JinjaError.runtime(Repr.quote(Types.name(callee)) + " object is not callable");
        }
        return callable.call(this, arguments);
    }

    void generated(String text, int offset) {
        generations.add(new Generation(document.length(), text, offset));
    }

    List<Generation> generations() {
        return generations;
    }

    String document() {
        return document.toString();
    }

    long line(int offset) {
        return source.substring(0, Math.min(offset, source.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
    }
}
