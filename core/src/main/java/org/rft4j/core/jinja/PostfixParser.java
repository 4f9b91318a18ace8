package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses what stands behind a value: members, calls, filters and tests. */
final class PostfixParser {
    private final TokenStream in;
    private final ExpressionParser expressions;

    PostfixParser(TokenStream in, ExpressionParser expressions) {
        this.in = in;
        this.expressions = expressions;
    }

    Expr members(Expr value) {
        Expr result = value;
        while (true) {
            if (in.atOperator(".")) {
                result = attribute(result, in.next());
            } else if (in.atOperator("[")) {
                result = subscript(result, in.next());
            } else if (in.atOperator("(")) {
                result = call(result);
            } else {
                return result;
            }
        }
    }

    Expr filters(Expr value) {
        Expr result = value;
        while (true) {
            if (in.atOperator("|")) {
                result = filter(result, false);
            } else if (in.current().isName("is")) {
                result = test(result, in.next());
            } else if (in.atOperator("(")) {
                result = call(result);
            } else {
                return result;
            }
        }
    }

    private Expr attribute(Expr of, Token dot) {
        Token name = in.next();
        if (name.type() == Token.Type.NAME) {
            return new Expressions.Attribute(of, name.text(), dot.offset());
        }
        if (name.type() != Token.Type.INTEGER) {
            throw JinjaError.syntax("expected name or number", name.offset());
        }
        return new Expressions.Item(of, new Expressions.Constant(name.value(), name.offset()), dot.offset());
    }

    private Expr subscript(Expr of, Token open) {
        List<Expr> keys = new ArrayList<>();
        Expr result = of;
        boolean slice = false;
        while (!in.atOperator("]")) {
            if (!keys.isEmpty() || slice) {
                in.expectOperator(",");
            }
            Expr start = in.atOperator(":") ? none(open) : expressions.expression();
            if (in.atOperator(":")) {
                if (!keys.isEmpty() || slice) {
                    throw in.fail("slices in several dimensions are not supported");
                }
                slice = true;
                result = slice(of, start, open);
            } else {
                keys.add(start);
            }
        }
        in.expectOperator("]");
        if (slice && !keys.isEmpty()) {
            throw in.fail("slices in several dimensions are not supported");
        }
        if (slice) {
            return result;
        }
        Expr key = keys.size() == 1 ? keys.get(0) : new Expressions.TupleOf(keys, open.offset());
        return new Expressions.Item(of, key, open.offset());
    }

    private static Expr none(Token at) {
        return new Expressions.Constant(None.NONE, at.offset());
    }

    private Expr slice(Expr of, Expr start, Token open) {
        in.next();
        Expr stop = none(open);
        Expr step = none(open);
        if (!in.atOperator(":") && !atSliceEnd()) {
            stop = expressions.expression();
        }
        if (in.skipOperator(":") && !atSliceEnd()) {
            step = expressions.expression();
        }
        return new Expressions.Slice(of, start, stop, step, open.offset());
    }

    private boolean atSliceEnd() {
        return in.atOperator("]") || in.atOperator(",");
    }

    private Expr call(Expr callee) {
        int offset = in.current().offset();
        return new Expressions.Call(callee, arguments(), offset);
    }

    private Expressions.ArgumentList arguments() {
        int open = in.expectOperator("(").offset();
        List<Expr> positional = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        Expr more = null;
        Expr moreNamed = null;
        boolean first = true;
        while (!in.atOperator(")")) {
            if (!first) {
                in.expectOperator(",");
                if (in.atOperator(")")) {
                    break;
                }
            }
            first = false;
            boolean last = more != null || moreNamed != null;
            if (in.skipOperator("*")) {
                ensure(!last, open);
                more = expressions.expression();
            } else if (in.skipOperator("**")) {
                ensure(moreNamed == null, open);
                moreNamed = expressions.expression();
            } else if (in.at(Token.Type.NAME) && in.look().isOperator("=")) {
                ensure(moreNamed == null, open);
                keyword(named);
            } else {
                ensure(!last && named.isEmpty(), open);
                positional.add(expressions.expression());
            }
        }
        in.expectOperator(")");
        return new Expressions.ArgumentList(positional, named, more, moreNamed);
    }

    private void keyword(Map<String, Expr> named) {
        Token name = in.next();
        in.next();
        if (named.put(name.text(), expressions.expression()) != null) {
            throw JinjaError.syntax("keyword argument repeated: " + name.text(), name.offset());
        }
    }

    private static void ensure(boolean valid, int offset) {
        if (!valid) {
            throw JinjaError.syntax("invalid syntax for function call expression", offset);
        }
    }

    /** A chain of filters; the first may stand without its bar, as in a filter block. */
    Expr filter(Expr value, boolean startsWithName) {
        Expr result = value;
        boolean bare = startsWithName;
        while (bare || in.atOperator("|")) {
            if (!bare) {
                in.next();
            }
            bare = false;
            int offset = in.current().offset();
            String name = dotted();
            Filter known = Filters.find(name);
            if (known == null) {
                expressions.unknown("filter", name, offset);
            }
            Expressions.ArgumentList arguments = argumentsIfAny();
            result = new Expressions.FilterCall(known, name, result, arguments, offset);
        }
        return result;
    }

    private Expressions.ArgumentList argumentsIfAny() {
        return in.atOperator("(") ? arguments() : Expressions.ArgumentList.EMPTY;
    }

    private String dotted() {
        StringBuilder name = new StringBuilder(in.expect(Token.Type.NAME).text());
        while (in.skipOperator(".")) {
            name.append('.').append(in.expect(Token.Type.NAME).text());
        }
        return name.toString();
    }

    private Expr test(Expr value, Token is) {
        boolean negated = in.skipName("not");
        String name = dotted();
        TestFunction known = Tests.find(name);
        Expressions.ArgumentList arguments = testArguments();
        if (known == null) {
            expressions.unknown("test", name, is.offset());
        }
        Expr test = new Expressions.TestCall(known, name, value, arguments, is.offset());
        return negated ? new Expressions.Not(test, is.offset()) : test;
    }

    private Expressions.ArgumentList testArguments() {
        if (in.atOperator("(")) {
            return arguments();
        }
        if (!startsBareArgument()) {
            return Expressions.ArgumentList.EMPTY;
        }
        if (in.current().isName("is")) {
            throw in.fail("You cannot chain multiple tests with is");
        }
        Expr argument = members(expressions.primary());
        return new Expressions.ArgumentList(List.of(argument), Map.of(), null, null);
    }

    private boolean startsBareArgument() {
        Token token = in.current();
        return switch (token.type()) {
            case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.isOperator("[") || token.isOperator("{");
            default -> false;
        };
    }
}
