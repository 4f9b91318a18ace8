package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.maths.Expr.Relation.Operator;
import org.rft4j.rewards.maths.Expr.SetOperation;
import org.rft4j.rewards.maths.Token.Kind;

/** Reads what stands around formulas: several answers, relations, set operations. */
final class AnswerParser {
    private static final Map<String, Operator> RELATIONS = Map.of(
            "=", Operator.EQUAL,
            "<", Operator.LESS,
            ">", Operator.GREATER,
            "le", Operator.LESS_OR_EQUAL,
            "ge", Operator.GREATER_OR_EQUAL,
            "ne", Operator.NOT_EQUAL,
            "in", Operator.ELEMENT);
    private static final Map<String, SetOperation.Kind> SET_OPERATIONS = Map.of(
            "cup", SetOperation.Kind.UNION,
            "cap", SetOperation.Kind.INTERSECTION,
            "setminus", SetOperation.Kind.DIFFERENCE);

    private final TokenStream in;
    private final FormulaParser formulas;

    private AnswerParser(List<Token> tokens, Budget budget) {
        in = new TokenStream(tokens, budget);
        formulas = new FormulaParser(in, this);
    }

    /** The whole as one expression; {@link NotMaths} if it is none. */
    static Expr parse(List<Token> tokens, Budget budget) {
        AnswerParser parser = new AnswerParser(tokens, budget);
        Expr answer = parser.several();
        if (!parser.in.atEnd()) {
            throw new NotMaths("'" + parser.in.peek().text() + "' was not expected");
        }
        return answer;
    }

    private Expr several() {
        List<Expr> items = items();
        return items.size() == 1 ? items.get(0) : new Expr.Several(items);
    }

    /** At least one, up to a bracket or the end. */
    List<Expr> items() {
        in.enter();
        List<Expr> items = new ArrayList<>();
        items.add(relation());
        while (acceptSeparator()) {
            items.add(relation());
        }
        in.leave();
        return items;
    }

    private boolean acceptSeparator() {
        boolean found = false;
        while (in.acceptOperator(",") || in.acceptOperator(";")) {
            found = true;
        }
        if (in.peek().isJoint()) {
            in.next();
            found = true;
        }
        return found;
    }

    private Expr relation() {
        List<Expr> sides = new ArrayList<>();
        List<Operator> operators = new ArrayList<>();
        sides.add(ratio());
        for (Operator operator = acceptRelation(); operator != null; operator = acceptRelation()) {
            operators.add(operator);
            sides.add(ratio());
        }
        return operators.isEmpty() ? sides.get(0) : new Expr.Relation(sides, operators);
    }

    private @Nullable Operator acceptRelation() {
        Token token = in.peek();
        boolean sign = token.kind() == Kind.OPERATOR && "=<>".contains(token.text());
        boolean worded = token.kind() == Kind.COMMAND || token.is(Kind.WORD, "in");
        Operator operator = sign || worded ? RELATIONS.get(token.text()) : null;
        if (operator != null) {
            in.next();
            // "<=" with a blank, and ":="
            if (in.acceptOperator("=")) {
                throw new NotMaths("two signs in a row");
            }
        }
        return operator;
    }

    private Expr ratio() {
        Expr first = sets();
        if (!in.peek().isOperator(":")) {
            return first;
        }
        List<Expr> parts = new ArrayList<>(List.of(first));
        while (in.acceptOperator(":")) {
            parts.add(sets());
        }
        return new Expr.Ratio(parts);
    }

    private Expr sets() {
        Expr left = formulas.sum();
        for (SetOperation.Kind kind = acceptSetOperation(); kind != null; kind = acceptSetOperation()) {
            in.enter(); // chains nest to the left and are evaluated recursively
            left = new SetOperation(kind, left, formulas.sum());
        }
        return left;
    }

    private SetOperation.@Nullable Kind acceptSetOperation() {
        Token token = in.peek();
        SetOperation.Kind kind = token.kind() == Kind.COMMAND ? SET_OPERATIONS.get(token.text()) : null;
        if (kind == null
                && token.is(Kind.LETTER, "U")
                && (in.peek(1).isOperator("(") || in.peek(1).isOperator("["))) {
            kind = SetOperation.Kind.UNION;
        }
        if (kind != null) {
            in.next();
        }
        return kind;
    }
}
