package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;

/** Reads sums, products, powers and what stands behind their operands. */
final class FormulaParser {
    private final TokenStream in;
    private final OperandParser operands;
    private int bars;

    FormulaParser(TokenStream in, AnswerParser answers) {
        this.in = in;
        operands = new OperandParser(in, answers, this);
    }

    Expr sum() {
        in.enter();
        List<Expr> terms = new ArrayList<>();
        terms.add(product());
        while (true) {
            if (in.acceptOperator("+")) {
                terms.add(product());
            } else if (in.acceptOperator("-")) {
                terms.add(Expr.negate(product()));
            } else if (in.peek().isCommand("pm") || in.peek().isCommand("mp")) {
                boolean plus = in.next().isCommand("pm");
                terms.add(new Expr.BothSigns(product(), plus));
            } else {
                break;
            }
        }
        in.leave();
        return terms.size() == 1 ? terms.get(0) : new Expr.Sum(terms);
    }

    private Expr product() {
        List<Expr> factors = new ArrayList<>();
        factors.add(signed());
        while (true) {
            if (in.acceptOperator("*")) {
                factors.add(signed());
            } else if (in.acceptOperator("/")) {
                factors.add(new Expr.Power(signed(), Expr.number(-1)));
            } else if (beginsFactor()) {
                factors.add(power());
            } else {
                break;
            }
        }
        return factors.size() == 1 ? factors.get(0) : new Expr.Product(factors);
    }

    /** Whether a factor follows without a sign of multiplication. */
    private boolean beginsFactor() {
        Token token = in.peek();
        return switch (token.kind()) {
            case LETTER ->
                !(token.text().equals("U")
                        && (in.peek(1).isOperator("(") || in.peek(1).isOperator("[")));
            case WORD -> !token.isJoint() && !token.text().equals("in");
            case COMMAND -> operands.begins(token) || Names.UNEVALUATED.contains(token.text());
            case OPERATOR ->
                token.isOperator("(")
                        || token.isOperator("[")
                        || token.isOperator("{")
                        || (token.isOperator("|") && bars == 0);
            default -> false;
        };
    }

    private Expr signed() {
        in.enter();
        try {
            if (in.acceptOperator("-")) {
                return Expr.negate(signed());
            }
            if (in.acceptOperator("+")) {
                return signed();
            }
            if (in.peek().isCommand("pm") || in.peek().isCommand("mp")) {
                boolean plus = in.next().isCommand("pm");
                return new Expr.BothSigns(signed(), plus);
            }
            return power();
        } finally {
            in.leave();
        }
    }

    Expr power() {
        in.enter();
        Expr base = behind(operands.operand());
        if (in.acceptOperator("^")) {
            base = raised(base);
        }
        in.leave();
        return base;
    }

    private Expr raised(Expr base) {
        if (acceptDegrees()) {
            return behind(new Expr.Call(Function.DEGREES, List.of(base)));
        }
        return behind(new Expr.Power(base, script()));
    }

    private boolean acceptDegrees() {
        int mark = in.mark();
        boolean braced = in.acceptOperator("{");
        if (in.acceptCommand("circ") && (!braced || in.acceptOperator("}"))) {
            return true;
        }
        in.reset(mark);
        return false;
    }

    /** What stands behind ^: a group, or without braces a signed number, a letter or a command with its arguments. */
    Expr script() {
        in.enter();
        try {
            if (in.acceptOperator("{")) {
                Expr group = sum();
                in.expectOperator("}");
                return group;
            }
            if (in.acceptOperator("-")) {
                return Expr.negate(script());
            }
            in.acceptOperator("+");
            Expr exponent = operands.operand();
            return in.acceptOperator("^") ? new Expr.Power(exponent, script()) : exponent;
        } finally {
            in.leave();
        }
    }

    /** Factorials, percent and degrees signs. */
    private Expr behind(Expr operand) {
        Expr result = operand;
        int levels = 0;
        while (true) {
            if (in.peek().isOperator("!") && !in.peek(1).isOperator("=")) {
                in.next();
                boolean twice = in.acceptOperator("!");
                result = new Expr.Call(twice ? Function.DOUBLE_FACTORIAL : Function.FACTORIAL, List.of(result));
            } else if (in.acceptOperator("%")) {
                result = new Expr.Call(Function.PERCENT, List.of(result));
            } else if (in.acceptCommand("circ")) {
                result = new Expr.Call(Function.DEGREES, List.of(result));
            } else {
                break;
            }
            in.enter();
            levels++;
        }
        for (; levels > 0; levels--) {
            in.leave();
        }
        return result;
    }

    /** The argument of a function without brackets: factors up to a sign or the next function, as in \sin 2x \cos x. */
    Expr bareArgument() {
        if (in.peek().isOperator("-")) {
            return signed();
        }
        List<Expr> factors = new ArrayList<>();
        factors.add(power());
        while (operands.continuesArgument(in.peek())) {
            factors.add(power());
        }
        return factors.size() == 1 ? factors.get(0) : new Expr.Product(factors);
    }

    /** Between bars, where a bar closes. */
    Expr betweenBars() {
        bars++;
        Expr inner = sum();
        bars--;
        in.expectOperator("|");
        return new Expr.Call(Function.ABS, List.of(inner));
    }

    /** Within other brackets a bar opens again. */
    <T> T withoutBars(java.util.function.Supplier<T> read) {
        int outer = bars;
        bars = 0;
        try {
            return read.get();
        } finally {
            bars = outer;
        }
    }
}
