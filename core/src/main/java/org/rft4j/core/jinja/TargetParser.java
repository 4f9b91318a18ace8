package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.List;

/** Parses what is assigned to: variables, namespace attributes, several of them, and the parameters of macros. */
final class TargetParser {
    private final TokenStream in;
    private final ExpressionParser expressions;
    private int loops;

    TargetParser(TokenStream in, ExpressionParser expressions) {
        this.in = in;
        this.expressions = expressions;
    }

    void enterLoop() {
        loops++;
    }

    void leaveLoop() {
        loops--;
    }

    /** One target or several between commas. */
    Target target(boolean namespaces) {
        return in.nested(() -> several(namespaces, false));
    }

    private Target several(boolean namespaces, boolean inBrackets) {
        List<Target> targets = new ArrayList<>();
        boolean comma = false;
        while (!expressions.atTupleEnd()) {
            targets.add(single(namespaces));
            if (!in.atOperator(",")) {
                break;
            }
            in.next();
            comma = true;
        }
        if (!comma && !targets.isEmpty()) {
            return targets.get(0);
        }
        if (!comma && !inBrackets) {
            throw in.fail(
                    "Expected an expression, got " + Repr.quote(in.current().describe()));
        }
        return new Target.Unpacked(targets);
    }

    private Target single(boolean namespaces) {
        Token token = in.current();
        if (token.isOperator("(")) {
            in.next();
            Target inside = in.nested(() -> several(namespaces, true));
            in.expectOperator(")");
            return inside;
        }
        if (token.type() != Token.Type.NAME || isConstant(token.text())) {
            expressions.primary();
            throw JinjaError.syntax("can't assign to " + Repr.quote(kind(token)), token.offset());
        }
        in.next();
        if (namespaces && in.skipOperator(".")) {
            return new Target.Member(token.text(), in.expect(Token.Type.NAME).text());
        }
        if (loops > 0 && token.isName("loop")) {
            throw JinjaError.syntax("Can't assign to special loop variable in for-loop target", token.offset());
        }
        return new Target.Variable(token.text());
    }

    private static boolean isConstant(String name) {
        return switch (name) {
            case "true", "True", "false", "False", "none", "None" -> true;
            default -> false;
        };
    }

    private static String kind(Token token) {
        return token.isOperator("[") ? "list" : token.isOperator("{") ? "dict" : "const";
    }

    String name() {
        Token token = in.expect(Token.Type.NAME);
        if (isConstant(token.text())) {
            throw JinjaError.syntax("can't assign to 'name'", token.offset());
        }
        return token.text();
    }

    /** The parameters of a macro; the last ones may have defaults. */
    record Signature(List<String> parameters, List<Expr> defaults) {
        static final Signature EMPTY = new Signature(List.of(), List.of());

        boolean requires(String parameter) {
            int index = parameters.indexOf(parameter);
            return index >= 0 && index < parameters.size() - defaults.size();
        }
    }

    Signature signature() {
        List<String> parameters = new ArrayList<>();
        List<Expr> defaults = new ArrayList<>();
        in.expectOperator("(");
        while (!in.atOperator(")")) {
            if (!parameters.isEmpty()) {
                in.expectOperator(",");
            }
            Token token = in.current();
            String parameter = name();
            if (parameters.contains(parameter)) {
                throw JinjaError.syntax("duplicate argument " + Repr.quote(parameter), token.offset());
            }
            parameters.add(parameter);
            if (in.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw in.fail("non-default argument follows default argument");
            }
        }
        in.expectOperator(")");
        return new Signature(parameters, defaults);
    }
}
