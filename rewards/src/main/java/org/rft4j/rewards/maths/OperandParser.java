package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rft4j.rewards.maths.Token.Kind;

/** Reads operands: numbers, names, brackets, and commands with their arguments. */
final class OperandParser {
    private static final String FUNCTION_LETTERS = "fghFGHPQ";

    private final TokenStream in;
    private final AnswerParser answers;
    private final FormulaParser formulas;
    private final NumberParser numbers;

    OperandParser(TokenStream in, AnswerParser answers, FormulaParser formulas) {
        this.in = in;
        this.answers = answers;
        this.formulas = formulas;
        numbers = new NumberParser(in, this);
    }

    /** Whether a command can be a factor without a sign of multiplication. */
    boolean begins(Token command) {
        String name = command.text();
        return Names.GREEK.contains(name)
                || Names.function(name) != null
                || name.startsWith("name ")
                || name.startsWith("begin ")
                || List.of("frac", "sqrt", "cbrt", "pi", "infty", "binom", "log", "lfloor", "lceil", "langle")
                        .contains(name);
    }

    /** Whether a token belongs to the bare argument of a function before it. */
    boolean continuesArgument(Token token) {
        return token.kind() == Kind.LETTER
                || (token.kind() == Kind.COMMAND
                        && (Names.GREEK.contains(token.text())
                                || List.of("frac", "sqrt", "pi").contains(token.text())));
    }

    Expr operand() {
        Token token = in.peek();
        return switch (token.kind()) {
            case NUMBER -> numbers.number();
            case LETTER -> letter();
            case WORD -> {
                in.spell();
                yield letter();
            }
            case COMMAND -> command();
            case OPERATOR -> bracketed();
            default -> throw new NotMaths(token.kind() == Kind.END ? "the end came early" : "text within a formula");
        };
    }

    private Expr letter() {
        String letter = in.next().text();
        if (FUNCTION_LETTERS.contains(letter)
                && in.peek().isOperator("(")
                && in.peek(1).kind() == Kind.LETTER
                && in.peek(2).isOperator(")")) {
            in.next();
            String argument = in.next().text();
            in.next();
            return new Expr.Sym(letter + "(" + argument + ")");
        }
        return symbol(letter);
    }

    /** A name with what is attached to it: primes and a subscript. */
    private Expr symbol(String name) {
        StringBuilder full = new StringBuilder(name);
        while (in.acceptOperator("'")) {
            full.append('\'');
        }
        if (in.acceptOperator("_")) {
            full.append('_').append(subscript());
        }
        return new Expr.Sym(full.toString());
    }

    String subscript() {
        if (!in.acceptOperator("{")) {
            return in.next().text();
        }
        StringBuilder inner = new StringBuilder();
        int depth = 1;
        while (true) {
            Token token = in.next();
            depth += token.isOperator("{") ? 1 : token.isOperator("}") ? -1 : 0;
            if (token.kind() == Kind.END) {
                throw new NotMaths("a brace is not closed");
            }
            if (depth == 0) {
                return inner.toString();
            }
            inner.append(token.text());
        }
    }

    private Expr command() {
        String name = in.next().text();
        if (Names.UNEVALUATED.contains(name)) {
            throw new Undecidable("\\" + name + " is not evaluated");
        }
        Function function = Names.function(name);
        if (function != null) {
            return call(function);
        }
        return switch (name) {
            case "pi" -> symbol(Names.PI);
            case "infty" -> new Expr.Sym(Names.INFINITY);
            case "empty" -> new Expr.SetOf(List.of());
            case "frac" -> new Expr.Quotient(argument(), argument());
            case "sqrt" -> root();
            case "cbrt" -> new Expr.Root(Expr.number(3), wholeArgument());
            case "binom" -> new Expr.Call(Function.BINOMIAL, List.of(argument(), argument()));
            case "log" -> logarithm();
            case "lfloor" -> closedBy("rfloor", Function.FLOOR);
            case "lceil" -> closedBy("rceil", Function.CEILING);
            case "langle" -> angled();
            case "triangle", "angle", "measuredangle" -> new Expr.Sym(name + " " + letters());
            default -> other(name);
        };
    }

    private Expr other(String name) {
        if (name.startsWith("begin ")) {
            return new MatrixParser(in, formulas).matrix(name.substring("begin ".length()));
        }
        if (name.startsWith("name ")) {
            return symbol(name.substring("name ".length()));
        }
        if (name.startsWith("set ")) {
            return new Expr.Sym(name);
        }
        if (Names.GREEK.contains(name)) {
            return symbol(name);
        }
        throw new NotMaths("the command " + name);
    }

    private String letters() {
        StringBuilder name = new StringBuilder();
        while (in.peek().kind() == Kind.LETTER || in.peek().kind() == Kind.WORD) {
            name.append(in.next().text());
        }
        return name.toString();
    }

    private Expr call(Function function) {
        Expr power = null;
        if (in.acceptOperator("^")) {
            power = formulas.script();
        }
        List<Expr> arguments = arguments();
        boolean inverse = power instanceof Expr.Num n && n.value().signum() < 0;
        Function inverted = inverse ? inverted(function) : null;
        if (inverted != null) {
            return new Expr.Call(inverted, arguments);
        }
        Expr result = new Expr.Call(function, arguments);
        return power == null ? result : new Expr.Power(result, power);
    }

    @org.jspecify.annotations.Nullable
    private static Function inverted(Function function) {
        return List.of(Function.SIN, Function.COS, Function.TAN).contains(function)
                ? Function.valueOf("ARC" + function.name().toUpperCase(Locale.ROOT))
                : null;
    }

    private List<Expr> arguments() {
        String close = in.peek().isOperator("(") ? ")" : in.peek().isOperator("\\{") ? "\\}" : "}";
        if (close.equals("}") && !in.peek().isOperator("{")) {
            return List.of(formulas.bareArgument());
        }
        in.next();
        List<Expr> items = formulas.withoutBars(answers::items);
        in.expectOperator(close);
        return items;
    }

    private Expr logarithm() {
        Expr base = Expr.number(10);
        if (in.acceptOperator("_")) {
            // \log_28 is the logarithm of 8: TeX takes one digit
            base = in.peek().kind() == Kind.NUMBER
                    ? new Expr.Num(NumberParser.decimal(in.firstDigit(), in.budget()))
                    : formulas.script();
        }
        Expr power = in.acceptOperator("^") ? formulas.script() : null;
        List<Expr> arguments = new ArrayList<>(List.of(base));
        arguments.addAll(arguments());
        Expr result = new Expr.Call(Function.LOG, arguments);
        return power == null ? result : new Expr.Power(result, power);
    }

    private Expr root() {
        Expr index = Expr.number(2);
        if (in.acceptOperator("[")) {
            index = formulas.sum();
            in.expectOperator("]");
        }
        return new Expr.Root(index, wholeArgument());
    }

    /** An argument in braces or brackets, or the whole number, letter or command that follows. */
    private Expr wholeArgument() {
        return in.peek().kind() == Kind.NUMBER ? numbers.plain() : argument();
    }

    /** An argument as TeX takes it: a group, one digit, one letter, or a command. */
    Expr argument() {
        in.enter();
        try {
            if (in.acceptOperator("{")) {
                Expr group = formulas.withoutBars(formulas::sum);
                in.expectOperator("}");
                return group;
            }
            if (in.peek().kind() == Kind.NUMBER) {
                return new Expr.Num(NumberParser.decimal(in.firstDigit(), in.budget()));
            }
            if (in.peek().kind() == Kind.WORD) {
                in.spell();
            }
            return in.peek().kind() == Kind.LETTER ? new Expr.Sym(in.next().text()) : operand();
        } finally {
            in.leave();
        }
    }

    private Expr closedBy(String close, Function function) {
        Expr inner = formulas.withoutBars(formulas::sum);
        if (!in.acceptCommand(close)) {
            throw new NotMaths("\\" + close + " is missing");
        }
        return new Expr.Call(function, List.of(inner));
    }

    private Expr angled() {
        List<Expr> items = formulas.withoutBars(answers::items);
        if (!in.acceptCommand("rangle")) {
            throw new NotMaths("\\rangle is missing");
        }
        return new Expr.Bracketed('(', items, ')');
    }

    private Expr bracketed() {
        String open = in.next().text();
        return switch (open) {
            case "|" -> formulas.betweenBars();
            case "(", "[" -> formulas.withoutBars(() -> round(open.charAt(0)));
            case "{" -> formulas.withoutBars(() -> braced("}"));
            case "\\{" -> formulas.withoutBars(() -> braced("\\}"));
            default -> throw new NotMaths("'" + open + "' was not expected");
        };
    }

    private Expr round(char open) {
        List<Expr> items = answers.items();
        Token close = in.next();
        if (!close.isOperator(")") && !close.isOperator("]")) {
            throw new NotMaths("a bracket is not closed");
        }
        boolean plain = items.size() == 1 && (open == '(') == close.isOperator(")");
        return plain
                ? items.get(0)
                : new Expr.Bracketed(open, items, close.text().charAt(0));
    }

    /** All x of which something holds: the same as what holds of x. */
    private Expr described(String close) {
        in.next();
        in.next();
        List<Expr> conditions = answers.items();
        in.expectOperator(close);
        return conditions.size() == 1 ? conditions.get(0) : new Expr.Several(conditions);
    }

    /** TeX's own braces only group; with a comma inside they are those of a set, in plain text. */
    private Expr braced(String close) {
        if (in.acceptOperator(close)) {
            return new Expr.SetOf(List.of());
        }
        Token mark = in.peek(1);
        boolean described = mark.isOperator("|") || mark.isOperator(":") || mark.isCommand("mid");
        if (in.peek().kind() == Kind.LETTER && described) {
            return described(close);
        }
        List<Expr> items = answers.items();
        in.expectOperator(close);
        return close.equals("}") && items.size() == 1 ? items.get(0) : new Expr.SetOf(items);
    }
}
