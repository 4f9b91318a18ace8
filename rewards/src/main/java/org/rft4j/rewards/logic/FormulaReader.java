package org.rft4j.rewards.logic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rft4j.rewards.logic.Formula.Connective;

/** Reads propositional formulas in words, in programmers' signs, in mathematicians' signs and in LaTeX. */
final class FormulaReader {
    private static final int LONGEST = 2_000;
    private static final int DEEPEST = 100;
    private static final Map<String, Connective> CONNECTIVES = new HashMap<>();
    private static final Set<String> NEGATIONS = Set.of("not", "!", "~", "\u00ac", "-", "\\neg", "\\lnot", "\\sim");
    private static final Set<String> TRUE = Set.of("true", "1", "\\top", "\u22a4");
    private static final Set<String> FALSE = Set.of("false", "0", "\\bot", "\u22a5");
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(\\\\[a-zA-Z]+|<->|<=>|<==>|->|=>|==>|<-|&&|\\|\\||/\\\\|\\\\/|==|!=|[A-Za-z][A-Za-z0-9]*(?:_\\{\\w+\\}|_\\w+)?'*|[01]|\\S)");
    private static final List<List<Connective>> LEVELS = List.of(
            List.of(Connective.IFF),
            List.of(Connective.IMPLIES),
            List.of(Connective.OR, Connective.NOR),
            List.of(Connective.XOR),
            List.of(Connective.AND, Connective.NAND));

    static {
        spell(Connective.AND, "and & && /\\ \u2227 \u00b7 * . \\land \\wedge \\cdot");
        spell(Connective.OR, "or | || \\/ \u2228 + \\lor \\vee");
        spell(Connective.XOR, "xor ^ \u2295 \u22bb != \\oplus \\veebar");
        spell(
                Connective.IMPLIES,
                "implies -> => ==> \u2192 \u21d2 \u2283 \\to \\implies \\rightarrow \\Rightarrow \\supset");
        spell(
                Connective.IFF,
                "iff <-> <=> <==> \u2194 \u21d4 \u2261 == = \\iff \\leftrightarrow \\Leftrightarrow \\equiv");
        spell(Connective.NAND, "nand \u2191 \u22bc \\uparrow");
        spell(Connective.NOR, "nor \u2193 \u22bd \\downarrow");
    }

    private final List<String> tokens;
    private final Set<String> variables = new TreeSet<>();
    private int at;
    private int depth;

    private FormulaReader(List<String> tokens) {
        this.tokens = tokens;
    }

    private static void spell(Connective connective, String spellings) {
        for (String spelling : spellings.split(" ")) {
            CONNECTIVES.put(spelling, connective);
        }
    }

    /**
     * What was read.
     *
     * @param formula the formula, or null where there is a fault
     * @param variables in order
     * @param fault why it could not be read; empty where it could
     */
    record Read(@Nullable Formula formula, Set<String> variables, String fault) {}

    /** Ends the reading. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(String what) {
            super(what, null, false, false);
        }
    }

    static Read read(String text) {
        if (text.length() > LONGEST) {
            return new Read(null, Set.of(), "the formula is longer than " + LONGEST + " characters");
        }
        FormulaReader reader = new FormulaReader(tokens(text));
        try {
            Formula formula = reader.level(0);
            if (reader.at < reader.tokens.size()) {
                throw new Fault("'" + reader.peek() + "' was not expected in the formula");
            }
            return new Read(formula, reader.variables, "");
        } catch (Fault e) {
            return new Read(null, Set.of(), String.valueOf(e.getMessage()));
        }
    }

    private static List<String> tokens(String text) {
        String plain = text.replaceAll("\\\\(?:left|right)(?![a-zA-Z])|(?<!/)\\\\[,;! ]|\\$|\\\\quad", " ")
                .replaceAll("\\\\(?:text|mathrm|operatorname|mathit)\\s*\\{\\s*(\\w+)\\s*\\}", " $1 ")
                .replaceAll("\\\\(?:overline|bar)\\s*\\{", "\\\\neg{")
                .strip()
                .replaceAll("\\.$", "");
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(plain);
        while (token.lookingAt()) {
            tokens.add(token.group(1));
            token.region(token.end(), plain.length());
        }
        return tokens;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private static @Nullable Connective connective(String token) {
        Connective spelled = CONNECTIVES.get(token);
        return spelled == null ? CONNECTIVES.get(token.toLowerCase(Locale.ROOT)) : spelled;
    }

    /** Implication binds to the right, everything else to the left. */
    private Formula level(int level) {
        if (level == LEVELS.size()) {
            return negated();
        }
        Formula left = level(level + 1);
        int deeper = 0;
        while (true) {
            Connective next = connective(peek());
            if (next == null || !LEVELS.get(level).contains(next)) {
                depth -= deeper;
                return left;
            }
            at++;
            enter();
            deeper++;
            left = new Formula.Binary(next, left, level(next == Connective.IMPLIES ? level : level + 1));
        }
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw new Fault("the formula is nested deeper than " + DEEPEST);
        }
    }

    private Formula negated() {
        String token = peek();
        boolean not = NEGATIONS.contains(token) || token.equalsIgnoreCase("not");
        if (!not) {
            return primed(operand());
        }
        at++;
        enter();
        Formula operand = negated();
        depth--;
        return new Formula.Not(operand);
    }

    /** A prime behind a bracket negates, as in (p and q)'. */
    private Formula primed(Formula operand) {
        Formula result = operand;
        while (peek().equals("'")) {
            at++;
            enter();
            result = new Formula.Not(result);
        }
        return result;
    }

    private Formula operand() {
        String token = peek();
        at++;
        int open = "([{".indexOf(token);
        if (token.length() == 1 && open >= 0) {
            enter();
            Formula inner = level(0);
            depth--;
            if (!peek().equals(String.valueOf(")]}".charAt(open)))) {
                throw new Fault("a bracket of the formula is not closed");
            }
            at++;
            return inner;
        }
        if (TRUE.contains(token.toLowerCase(Locale.ROOT)) || FALSE.contains(token.toLowerCase(Locale.ROOT))) {
            return new Formula.Constant(TRUE.contains(token.toLowerCase(Locale.ROOT)));
        }
        return variable(token);
    }

    private Formula variable(String token) {
        boolean name = token.matches("[A-Za-z].*|\\\\(?:alpha|beta|gamma|delta|phi|psi|varphi)");
        if (!name || connective(token) != null) {
            throw new Fault(
                    token.isEmpty() ? "the formula ends too early" : "'" + token + "' was not expected in the formula");
        }
        String bare = token.replaceAll("'+$", "").replaceAll("_\\{(\\w+)\\}", "_$1");
        variables.add(bare);
        Formula result = new Formula.Variable(bare);
        for (int primes = token.length() - token.replaceAll("'+$", "").length(); primes > 0; primes--) {
            result = new Formula.Not(result);
        }
        return result;
    }
}
