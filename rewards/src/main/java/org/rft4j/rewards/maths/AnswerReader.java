package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.exact.Rational;
import org.rft4j.rewards.maths.Reading.Kind;
import org.rft4j.rewards.maths.Reading.Label;
import org.rft4j.rewards.units.Unit;
import org.rft4j.rewards.units.Units;

/** Takes units off an answer and parses the rest, in every way that makes sense. */
final class AnswerReader {
    private static final Map<String, String> CURRENCIES =
            Map.of("dollar", "$", "euro", "\u20ac", "pounds", "\u00a3", "yen", "\u00a5", "rupee", "\u20b9");
    private static final List<String> NUMBER_WORDS = List.of(
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve");
    /** Letters that are variables more often than units. */
    private static final Set<String> DOUBTFUL = Set.of("mg", "ms", "kg", "pt", "ha", "as", "in", "mi", "cc");

    private static final int LONGEST_LABEL_TOKENS = 14;

    private final Budget budget;
    private final List<Reading> readings = new ArrayList<>();

    private AnswerReader(Budget budget) {
        this.budget = budget;
    }

    /** All readings; none if the text is no formula. {@link Undecidable} if it is one that we do not evaluate. */
    static List<Reading> read(String cleaned, Budget budget) {
        int word = NUMBER_WORDS.indexOf(LatexText.words(cleaned));
        if (word >= 0) {
            return List.of(new Reading(Expr.number(word), Label.NONE, Kind.PLAIN));
        }
        AnswerReader reader = new AnswerReader(budget);
        try {
            Lexer.Result first = Lexer.read(cleaned, false);
            reader.add(first.tokens());
            if (first.ambiguous()) {
                reader.add(Lexer.read(cleaned, true).tokens());
            }
        } catch (NotMaths e) {
            return reader.readings;
        }
        return reader.readings;
    }

    private void add(List<Token> all) {
        List<Token> tokens = all;
        Label currency = Label.NONE;
        Token first = tokens.get(0);
        boolean negative = first.isOperator("-") && tokens.size() > 2;
        Token sign = negative ? tokens.get(1) : first;
        if (sign.kind() == Token.Kind.COMMAND && CURRENCIES.containsKey(sign.text())) {
            currency = label(String.valueOf(CURRENCIES.get(sign.text())));
            tokens = new ArrayList<>(tokens);
            tokens.remove(sign);
        }
        if (!currency.isNone()) {
            parse(ended(tokens.subList(0, labelStart(tokens))), currency, Kind.PLAIN);
            return;
        }
        int cut = labelStart(tokens);
        if (cut < tokens.size() - 1) {
            labelled(tokens, cut);
        } else {
            parse(tokens, Label.NONE, Kind.PLAIN);
            guess(tokens);
        }
    }

    private void labelled(List<Token> tokens, int cut) {
        String words = source(tokens.subList(cut, tokens.size() - 1));
        Label label = label(words);
        parse(ended(tokens.subList(0, cut)), label, Kind.PLAIN);
    }

    /** One letter, or letters that mean something else as well, behind a number. */
    private void guess(List<Token> tokens) {
        int last = tokens.size() - 2;
        if (last < 1 || tokens.get(last - 1).kind() != Token.Kind.NUMBER) {
            return;
        }
        Token letters = tokens.get(last);
        boolean candidate = letters.kind() == Token.Kind.LETTER
                || (letters.kind() == Token.Kind.WORD && DOUBTFUL.contains(letters.text()));
        if (candidate && Units.parse(letters.text()).isPresent()) {
            parse(ended(tokens.subList(0, last)), label(letters.text()), Kind.GUESSED);
        }
    }

    /** Where the words at the end begin, or the index of the end. */
    private int labelStart(List<Token> tokens) {
        int end = tokens.size() - 1;
        int depth = 0;
        for (int i = 0; i < end; i++) {
            Token token = tokens.get(i);
            depth += "([{".contains(token.text().replace("\\", "")) && token.kind() == Token.Kind.OPERATOR ? 1 : 0;
            depth -= ")]}".contains(token.text().replace("\\", "")) && token.kind() == Token.Kind.OPERATOR ? 1 : 0;
            if (i > 0 && depth == 0 && end - i <= LONGEST_LABEL_TOKENS && isLabel(tokens.subList(i, end))) {
                return afterNumber(tokens.get(i - 1)) ? i : end;
            }
        }
        return end;
    }

    private static boolean afterNumber(Token before) {
        return before.kind() == Token.Kind.NUMBER
                || before.kind() == Token.Kind.LETTER
                || before.kind() == Token.Kind.COMMAND
                || List.of(")", "]", "}", "!", "%", "\\}").contains(before.text());
    }

    private static boolean isLabel(List<Token> tokens) {
        Token first = tokens.get(0);
        boolean text = first.kind() == Token.Kind.TEXT;
        boolean word = first.kind() == Token.Kind.WORD && !DOUBTFUL.contains(first.text());
        if (first.isJoint() || (!text && !word)) {
            return false;
        }
        if (tokens.stream().skip(1).anyMatch(Token::isJoint)) {
            return false;
        }
        if (Units.parse(source(tokens)).isPresent()) {
            return true;
        }
        boolean longWord = word && first.text().length() > 3;
        return (text || longWord)
                && tokens.stream().allMatch(t -> t.kind() == Token.Kind.TEXT || t.kind() == Token.Kind.WORD)
                && Units.isLabel(source(tokens));
    }

    private static String source(List<Token> tokens) {
        StringBuilder text = new StringBuilder();
        for (Token token : tokens) {
            boolean worded = token.kind() == Token.Kind.TEXT || token.kind() == Token.Kind.WORD;
            text.append(worded && text.length() > 0 && Character.isLetter(text.charAt(text.length() - 1)) ? " " : "");
            text.append(token.text());
        }
        return text.toString();
    }

    private static Label label(String words) {
        String bare = words.toLowerCase(Locale.ROOT);
        if (bare.matches("radians?|rad")) {
            return Label.NONE;
        }
        Optional<Unit> unit = Units.parse(words);
        return unit.isEmpty() ? Label.UNKNOWN : new Label(unit.get(), bare);
    }

    private static List<Token> ended(List<Token> tokens) {
        List<Token> whole = new ArrayList<>(tokens);
        whole.add(new Token(Token.Kind.END, "", false));
        return whole;
    }

    private void parse(List<Token> tokens, Label label, Kind kind) {
        Expr expr;
        try {
            expr = AnswerParser.parse(tokens, budget);
        } catch (NotMaths e) {
            return;
        }
        add(new Reading(expr, label, kind));
    }

    /** Degrees, percent and other bases can be part of the value or a label. */
    private void add(Reading reading) {
        Expr expr = reading.expr();
        if (!reading.label().isNone()) {
            boolean degrees = reading.label().words().startsWith("degree");
            boolean percent = "percent%".contains(reading.label().words());
            readings.add(reading);
            if (degrees || percent) {
                Function function = degrees ? Function.DEGREES : Function.PERCENT;
                readings.add(new Reading(new Expr.Call(function, List.of(expr)), Label.NONE, Kind.CONVERTED));
            }
            return;
        }
        Function sign = signBehind(expr);
        if (sign != null) {
            Label label = sign == Function.DEGREES ? Label.DEGREES : Label.PERCENT;
            readings.add(new Reading(inner(expr, sign), label, reading.kind()));
            readings.add(new Reading(expr, Label.NONE, Kind.CONVERTED));
        } else if (expr instanceof Expr.Based based) {
            Label base = new Label(Unit.base("base " + based.base(), Rational.ONE), "base");
            readings.add(new Reading(new Expr.Num(based.digits()), base, reading.kind()));
            readings.add(new Reading(expr, Label.NONE, Kind.CONVERTED));
        } else {
            readings.add(reading);
        }
    }

    private static @Nullable Function signBehind(Expr expr) {
        for (Function sign : List.of(Function.DEGREES, Function.PERCENT)) {
            if (!inner(expr, sign).equals(expr)) {
                return sign;
            }
        }
        return null;
    }

    /** The same without the sign behind it, also under a minus and behind an equals sign. */
    private static Expr inner(Expr expr, Function sign) {
        if (expr instanceof Expr.Call call && call.function() == sign) {
            return call.arguments().get(0);
        }
        if (expr instanceof Expr.Product p
                && p.factors().size() == 2
                && p.factors().get(0) instanceof Expr.Num n) {
            Expr rest = inner(p.factors().get(1), sign);
            boolean signed = n.value().equals(Rational.of(-1))
                    && !rest.equals(p.factors().get(1));
            return signed ? Expr.negate(rest) : expr;
        }
        if (expr instanceof Expr.Relation r) {
            int last = r.sides().size() - 1;
            Expr rest = inner(r.sides().get(last), sign);
            List<Expr> sides = new ArrayList<>(r.sides());
            sides.set(last, rest);
            return rest.equals(r.sides().get(last)) ? expr : new Expr.Relation(sides, r.operators());
        }
        return expr;
    }
}
