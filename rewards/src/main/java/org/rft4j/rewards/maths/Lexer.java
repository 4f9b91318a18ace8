package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.rewards.units.Units;

/** Cuts a cleaned answer into tokens. */
final class Lexer {
    private static final Pattern GROUPED = Pattern.compile("\\d{1,3}(?:,\\d{3})+(?![\\d,]*\\d)(?:\\.\\d+)?");
    private static final Pattern SPACED = Pattern.compile("\\d{1,3}(?: \\d{3})+(?! ?\\d)(?:\\.\\d+)?");
    private static final Pattern PLAIN = Pattern.compile("\\d+\\.\\d+|\\.\\d+|\\d+\\.(?![\\w.])|\\d+");
    /** 1e5, but not 2e: that is two times e. */
    private static final Pattern EXPONENT = Pattern.compile("[eE][+-]?\\d+(?![\\d.])");

    private static final Pattern WORD = Pattern.compile("[a-zA-Z]+");

    private final String text;
    private final boolean second;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int brackets;
    private boolean ambiguous;

    private Lexer(String text, boolean second) {
        this.text = text;
        this.second = second;
    }

    /** Tokens, and whether a second way of reading gives others. */
    record Result(List<Token> tokens, boolean ambiguous) {}

    /** The second way of reading: (1,234) is a point and 2e-3 a difference, rather than a number each. */
    static Result read(String cleaned, boolean second) {
        Lexer lexer = new Lexer(cleaned, second);
        lexer.run();
        return new Result(lexer.tokens, lexer.ambiguous);
    }

    private void run() {
        boolean spaced = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ') {
                spaced = true;
                at++;
                continue;
            }
            if (Character.isDigit(c)
                    || (c == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1)))) {
                number(spaced);
            } else if (c == '\\') {
                command(spaced);
            } else if (WORD.matcher(String.valueOf(c)).matches()) {
                word(spaced);
            } else {
                operator(c, spaced);
            }
            spaced = false;
        }
        add(Token.Kind.END, "", spaced);
    }

    private void number(boolean spaced) {
        String digits = match(GROUPED);
        if (digits != null && brackets > 0) {
            ambiguous = true;
            digits = second ? null : digits;
        }
        if (digits == null && brackets == 0) {
            digits = match(SPACED);
        }
        if (digits == null) {
            digits = match(PLAIN);
        }
        if (digits == null) {
            throw new NotMaths("a lone point");
        }
        at += digits.length();
        String exponent = match(EXPONENT);
        if (exponent != null && exponent.charAt(0) == 'e' && !digits.contains(".")) {
            ambiguous = true;
            exponent = second ? null : exponent;
        }
        if (exponent != null) {
            at += exponent.length();
            digits += exponent;
        }
        add(Token.Kind.NUMBER, digits.replaceAll("[, ]", ""), spaced);
    }

    private void word(boolean spaced) {
        String run = String.valueOf(match(WORD));
        at += run.length();
        if (run.length() == 1) {
            add(Token.Kind.LETTER, run, spaced);
        } else if (Names.isPlainCommand(run)) {
            add(Token.Kind.COMMAND, Names.spelled(run), spaced);
        } else {
            add(Token.Kind.WORD, run, spaced);
        }
    }

    private void command(boolean spaced) {
        at++;
        String name = match(WORD);
        if (name == null) {
            escaped(spaced);
            return;
        }
        at += name.length();
        if (Names.TEXTS.contains(name)) {
            texted(spaced);
        } else if (name.equals("begin") || name.equals("end")) {
            add(Token.Kind.COMMAND, name + " " + group(), spaced);
        } else if (Names.DECORATIONS.contains(name)) {
            decorated(name, spaced);
        } else {
            named(Names.spelled(name), spaced);
        }
    }

    private void named(String name, boolean spaced) {
        switch (name) {
            case "times", "cdot", "ast" -> add(Token.Kind.OPERATOR, "*", spaced);
            case "div" -> add(Token.Kind.OPERATOR, "/", spaced);
            case "lt" -> add(Token.Kind.OPERATOR, "<", spaced);
            case "gt" -> add(Token.Kind.OPERATOR, ">", spaced);
            case "lvert", "rvert", "vert" -> add(Token.Kind.OPERATOR, "|", spaced);
            case "lbrace", "rbrace" -> bracket(name.equals("lbrace") ? "\\{" : "\\}", spaced);
            case "colon" -> add(Token.Kind.OPERATOR, ":", spaced);
            case "prime" -> add(Token.Kind.OPERATOR, "'", spaced);
            case "lbrack", "rbrack" -> bracket(name.equals("lbrack") ? "[" : "]", spaced);
            case "langle", "rangle" -> {
                brackets += name.equals("langle") ? 1 : -1;
                add(Token.Kind.COMMAND, name, spaced);
            }
            default -> add(Token.Kind.COMMAND, name, spaced);
        }
    }

    private void escaped(boolean spaced) {
        if (at >= text.length()) {
            throw new NotMaths("a backslash at the end");
        }
        char c = text.charAt(at++);
        switch (c) {
            case '{', '}' -> bracket("\\" + c, spaced);
            case '\\' -> add(Token.Kind.OPERATOR, "\\\\", spaced);
            case '|' -> add(Token.Kind.OPERATOR, "|", spaced);
            case '%', '&', '#', '_' -> add(Token.Kind.OPERATOR, String.valueOf(c), spaced);
            default -> throw new NotMaths("\\" + c);
        }
    }

    /** A text of one letter is that letter, so that \text{B} and \mathrm{e} are B and e; behind a number it may be a unit. */
    private void texted(boolean spaced) {
        String content = at < text.length() && text.charAt(at) == ' ' ? "" : group();
        String bare = content.strip();
        boolean letter = bare.length() == 1 && WORD.matcher(bare).matches();
        boolean measured = !tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Token.Kind.NUMBER;
        if (letter && !(measured && Units.parse(bare).isPresent())) {
            add(Token.Kind.LETTER, bare, spaced);
        } else if (Names.isPlainCommand(bare)) {
            add(Token.Kind.COMMAND, Names.spelled(bare), spaced);
        } else if (!bare.isEmpty()) {
            add(Token.Kind.TEXT, bare, spaced || content.startsWith(" "));
        }
    }

    private void decorated(String name, boolean spaced) {
        skipBlank();
        String inner = at < text.length() && text.charAt(at) == '{' ? group() : single();
        String bare = inner.replace(" ", "");
        boolean digits = bare.matches("\\d+");
        if (name.equals("overline") && digits) {
            add(Token.Kind.COMMAND, "repeating " + bare, spaced);
        } else if (name.equals("mathbb")) {
            add(Token.Kind.COMMAND, "set " + bare, spaced);
        } else if (digits || (name.equals("mathbf") && bare.matches("[+-]?\\d[\\d,.]*"))) {
            add(Token.Kind.NUMBER, bare.replace(",", ""), spaced);
        } else {
            add(Token.Kind.COMMAND, "name " + name + " " + bare, spaced);
        }
    }

    private String single() {
        if (at >= text.length()) {
            throw new NotMaths("an argument is missing");
        }
        return String.valueOf(text.charAt(at++));
    }

    /** The text between this brace and the one that closes it. */
    private String group() {
        skipBlank();
        if (at >= text.length() || text.charAt(at) != '{') {
            throw new NotMaths("a brace is missing");
        }
        int depth = 0;
        int start = at + 1;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return text.substring(start, at++);
            }
        }
        throw new NotMaths("a brace is not closed");
    }

    private void skipBlank() {
        if (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private void operator(char c, boolean spaced) {
        at++;
        String two = at < text.length() ? c + String.valueOf(text.charAt(at)) : "";
        switch (two) {
            case "<=", ">=", "!=" -> {
                at++;
                String name = two.equals("<=") ? "le" : two.equals(">=") ? "ge" : "ne";
                add(Token.Kind.COMMAND, name, spaced);
                return;
            }
            case "**" -> {
                at++;
                add(Token.Kind.OPERATOR, "^", spaced);
                return;
            }
            case "==" -> at++;
            default -> {
                // one character then
            }
        }
        if ("()[]".indexOf(c) >= 0) {
            bracket(String.valueOf(c), spaced);
        } else if ("+-*/^_{}|!,;:=<>%&'".indexOf(c) >= 0) {
            add(Token.Kind.OPERATOR, String.valueOf(c), spaced);
        } else {
            throw new NotMaths("the character " + c);
        }
    }

    private void bracket(String operator, boolean spaced) {
        char c = operator.charAt(operator.length() - 1);
        brackets += "([{".indexOf(c) >= 0 ? 1 : -1;
        add(Token.Kind.OPERATOR, operator, spaced);
    }

    @org.jspecify.annotations.Nullable
    private String match(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length()).useTransparentBounds(true);
        return matcher.lookingAt() ? matcher.group() : null;
    }

    private void add(Token.Kind kind, String what, boolean spaced) {
        tokens.add(new Token(kind, what, spaced));
    }
}
