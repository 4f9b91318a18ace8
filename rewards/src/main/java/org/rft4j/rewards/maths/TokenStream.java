package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.rewards.maths.Token.Kind;

/** Tokens with a place in them, and the depth of what is being read. */
final class TokenStream {
    private final List<Token> tokens;
    private final Budget budget;
    private int at;
    private int depth;

    TokenStream(List<Token> tokens, Budget budget) {
        this.tokens = new ArrayList<>(tokens);
        this.budget = budget;
    }

    Budget budget() {
        return budget;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        budget.charge(1);
        Token token = peek();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean acceptOperator(String operator) {
        return peek().isOperator(operator) && next().isOperator(operator);
    }

    boolean acceptCommand(String name) {
        return peek().isCommand(name) && next().isCommand(name);
    }

    void expectOperator(String operator) {
        if (!acceptOperator(operator)) {
            throw new NotMaths("'" + operator + "' is missing before '" + peek().text() + "'");
        }
    }

    boolean atEnd() {
        return peek().kind() == Kind.END;
    }

    int mark() {
        return at;
    }

    void reset(int mark) {
        at = mark;
    }

    /** The first digit of the number here, as TeX takes arguments without braces; the rest stays. */
    String firstDigit() {
        Token number = peek();
        String digits = number.text();
        if (!digits.chars().allMatch(Character::isDigit)) {
            throw new NotMaths("a digit was expected before '" + digits + "'");
        }
        if (digits.length() == 1) {
            return next().text();
        }
        tokens.set(at, new Token(Kind.NUMBER, digits.substring(1), false));
        return digits.substring(0, 1);
    }

    /** Cuts the word here into its letters. */
    void spell() {
        Token word = peek();
        if (word.text().length() > 3) {
            throw new NotMaths("the word " + word.text());
        }
        List<Token> letters = new ArrayList<>();
        for (int i = 0; i < word.text().length(); i++) {
            letters.add(new Token(Kind.LETTER, word.text().substring(i, i + 1), i == 0 && word.spaced()));
        }
        tokens.remove(at);
        tokens.addAll(at, letters);
    }

    /** One level deeper; pairs with {@link #leave}. */
    void enter() {
        if (++depth > budget.limits().depth()) {
            throw new Undecidable("nested deeper than " + budget.limits().depth());
        }
    }

    void leave() {
        depth--;
    }
}
