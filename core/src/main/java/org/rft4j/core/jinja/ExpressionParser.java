package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Parses expressions, from the loosest operator to the tightest. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Map<String, Expressions.Operation> SUMS =
            Map.of("+", Arithmetic::add, "-", (a, b, budget) -> Arithmetic.subtract(a, b));
    private static final Map<String, Expressions.Operation> PRODUCTS = Map.of(
            "*",
            Arithmetic::multiply,
            "/",
            (a, b, budget) -> Arithmetic.divide(a, b),
            "//",
            (a, b, budget) -> Arithmetic.floorDivide(a, b),
            "%",
            Arithmetic::modulo);
    private static final Map<String, Expressions.Operation> POWERS =
            Map.of("**", (a, b, budget) -> Arithmetic.power(a, b));

    private final TokenStream in;
    private final PostfixParser postfix;

    /** Names read since the enclosing macro began. */
    private Set<String> names = new HashSet<>();

    /** Whether an unknown filter or test matters only when it is reached. */
    private boolean lenient;

    /** Errors that wait for the end: Jinja finds them only after all is parsed, and unknown names in conditionals never. */
    private final List<JinjaError> deferred = new ArrayList<>();

    ExpressionParser(TokenStream in) {
        this.in = in;
        postfix = new PostfixParser(in, this);
    }

    boolean lenient() {
        return lenient;
    }

    void unknown(String kind, String name, int offset) {
        if (!lenient) {
            defer(JinjaError.syntax("No " + kind + " named " + Repr.quote(name) + ".", offset));
        }
    }

    void defer(JinjaError error) {
        deferred.add(error);
    }

    /** Called at the end of the template. */
    void throwDeferred() {
        if (!deferred.isEmpty()) {
            throw deferred.get(0);
        }
    }

    /** Parses where unknown filters and tests are errors at once, or only when reached. */
    <T> T with(boolean lenientInside, Supplier<T> parse) {
        boolean before = lenient;
        lenient = lenientInside;
        try {
            return parse.get();
        } finally {
            lenient = before;
        }
    }

    /** Runs a parser and says which names what it parsed reads. */
    Set<String> namesIn(Runnable parse) {
        Set<String> outside = names;
        names = new HashSet<>();
        try {
            parse.run();
            return names;
        } finally {
            outside.addAll(names);
            names = outside;
        }
    }

    Expr expression() {
        return in.nested(() -> conditional());
    }

    private Expr conditional() {
        int before = deferred.size();
        int offset = in.current().offset();
        Expr expression = or();
        while (in.skipName("if")) {
            Expr test = or();
            Expr otherwise = in.skipName("else") ? expression() : null;
            deferred.subList(before, deferred.size()).clear();
            expression = new Expressions.Conditional(test, expression, otherwise, offset);
        }
        return expression;
    }

    Expr or() {
        Expr left = and();
        while (in.current().isName("or")) {
            int offset = in.next().offset();
            left = new Expressions.Or(left, and(), offset);
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (in.current().isName("and")) {
            int offset = in.next().offset();
            left = new Expressions.And(left, not(), offset);
        }
        return left;
    }

    private Expr not() {
        if (in.current().isName("not")) {
            int offset = in.next().offset();
            return in.nested(() -> new Expressions.Not(not(), offset));
        }
        return comparison();
    }

    private Expr comparison() {
        Expr first = sum();
        int offset = in.current().offset();
        List<String> operators = new ArrayList<>();
        List<Expr> operands = new ArrayList<>();
        while (true) {
            if (in.at(Token.Type.OPERATOR) && COMPARISONS.contains(in.current().text())) {
                operators.add(in.next().text());
            } else if (in.skipName("in")) {
                operators.add("in");
            } else if (in.current().isName("not") && in.look().isName("in")) {
                in.next();
                in.next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expressions.Comparison(first, operators, operands, offset);
            }
            operands.add(sum());
        }
    }

    private Expr sum() {
        return chain(SUMS, this::concat);
    }

    private Expr concat() {
        Expr first = product();
        if (!in.atOperator("~")) {
            return first;
        }
        int offset = in.current().offset();
        List<Expr> parts = new ArrayList<>(List.of(first));
        while (in.skipOperator("~")) {
            parts.add(product());
        }
        return new Expressions.Concat(parts, offset);
    }

    private Expr product() {
        return chain(PRODUCTS, () -> chain(POWERS, () -> unary(true)));
    }

    private Expr chain(Map<String, Expressions.Operation> operations, Supplier<Expr> operand) {
        Expr left = operand.get();
        while (in.at(Token.Type.OPERATOR) && operations.containsKey(in.current().text())) {
            Token operator = in.next();
            Expressions.Operation operation = java.util.Objects.requireNonNull(operations.get(operator.text()));
            left = new Expressions.Binary(operation, left, operand.get(), operator.offset());
        }
        return left;
    }

    private Expr unary(boolean withFilters) {
        Expr expression;
        if (in.atOperator("-") || in.atOperator("+")) {
            Token sign = in.next();
            expression = in.nested(() -> new Expressions.Unary(sign.text().equals("-"), unary(false), sign.offset()));
        } else {
            expression = primary();
        }
        expression = postfix.members(expression);
        return withFilters ? postfix.filters(expression) : expression;
    }

    Expr primary() {
        Token token = in.current();
        switch (token.type()) {
            case NAME:
                return name(in.next());
            case STRING:
                StringBuilder text = new StringBuilder();
                while (in.at(Token.Type.STRING)) {
                    text.append(in.next().value());
                }
                return new Expressions.Constant(text.toString(), token.offset());
            case INTEGER, FLOAT:
                return new Expressions.Constant(in.next().value(), token.offset());
            case OPERATOR:
                return bracketed(token);
            default:
                throw unexpected(token);
        }
    }

    private Expr name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expressions.Constant(true, token.offset());
            case "false", "False" -> new Expressions.Constant(false, token.offset());
            case "none", "None" -> new Expressions.Constant(None.NONE, token.offset());
            default -> {
                names.add(token.text());
                yield new Expressions.Name(token.text(), token.offset());
            }
        };
    }

    private Expr bracketed(Token token) {
        switch (token.text()) {
            case "(":
                in.next();
                Expr inside = tuple(true, true);
                in.expectOperator(")");
                return inside;
            case "[":
                return list(in.next());
            case "{":
                return dict(in.next());
            default:
                throw unexpected(token);
        }
    }

    private static JinjaError unexpected(Token token) {
        return JinjaError.syntax("unexpected " + Repr.quote(token.describe()), token.offset());
    }

    private Expr list(Token open) {
        List<Expr> items = new ArrayList<>();
        while (!in.atOperator("]")) {
            if (!items.isEmpty()) {
                in.expectOperator(",");
            }
            if (in.atOperator("]")) {
                break;
            }
            items.add(expression());
        }
        in.expectOperator("]");
        return new Expressions.ListOf(items, open.offset());
    }

    private Expr dict(Token open) {
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!in.atOperator("}")) {
            if (!keys.isEmpty()) {
                in.expectOperator(",");
            }
            if (in.atOperator("}")) {
                break;
            }
            keys.add(expression());
            in.expectOperator(":");
            values.add(expression());
        }
        in.expectOperator("}");
        return new Expressions.DictOf(keys, values, open.offset());
    }

    /** One expression, or several between commas as a tuple, which only brackets allow to be empty. */
    Expr tuple(boolean withConditional, boolean inBrackets) {
        int offset = in.current().offset();
        List<Expr> items = new ArrayList<>();
        boolean comma = false;
        while (!atTupleEnd()) {
            items.add(withConditional ? expression() : in.nested(this::or));
            if (!in.atOperator(",")) {
                break;
            }
            in.next();
            comma = true;
        }
        if (!comma && !items.isEmpty()) {
            return items.get(0);
        }
        if (!comma && !inBrackets) {
            throw in.fail(
                    "Expected an expression, got " + Repr.quote(in.current().describe()));
        }
        return new Expressions.TupleOf(items, offset);
    }

    boolean atTupleEnd() {
        return in.at(Token.Type.VARIABLE_END) || in.at(Token.Type.BLOCK_END) || in.atOperator(")");
    }

    Expr filterChain(Expr value, boolean startsWithName) {
        return postfix.filter(value, startsWithName);
    }
}
