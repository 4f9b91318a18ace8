package org.rft4j.core.jinja;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tokens with one look ahead, and how deep the parser is in them. */
final class TokenStream {
    /** Deeper nesting is no template that anyone wrote, and would exhaust the stack. */
    private static final int DEEPEST = 150;

    private final Lexer lexer;
    private Token current;
    private @Nullable Token ahead;
    private int depth;

    TokenStream(String source) {
        lexer = new Lexer(source);
        current = lexer.next();
    }

    Token current() {
        return current;
    }

    Token look() {
        if (ahead == null) {
            ahead = lexer.next();
        }
        return ahead;
    }

    /** Goes one token on and returns the one left behind. */
    Token next() {
        Token passed = current;
        if (ahead != null) {
            current = ahead;
            ahead = null;
        } else if (current.type() != Token.Type.EOF) {
            current = lexer.next();
        }
        return passed;
    }

    boolean at(Token.Type type) {
        return current.type() == type;
    }

    boolean atOperator(String operator) {
        return current.isOperator(operator);
    }

    boolean skipName(String name) {
        boolean there = current.isName(name);
        if (there) {
            next();
        }
        return there;
    }

    boolean skipOperator(String operator) {
        boolean there = atOperator(operator);
        if (there) {
            next();
        }
        return there;
    }

    Token expect(Token.Type type) {
        return expect(at(type), type.description());
    }

    Token expectName(String name) {
        return expect(current.isName(name), name);
    }

    Token expectOperator(String operator) {
        return expect(atOperator(operator), operator);
    }

    private Token expect(boolean there, String wanted) {
        if (there) {
            return next();
        }
        throw at(Token.Type.EOF)
                ? fail("unexpected end of template, expected " + Repr.quote(wanted) + ".")
                : fail("expected token " + Repr.quote(wanted) + ", got " + Repr.quote(current.describe()));
    }

    JinjaError fail(String message) {
        return JinjaError.syntax(message, current.offset());
    }

    /** Parses something that may contain itself. */
    <T> T nested(Supplier<T> parse) {
        if (++depth > DEEPEST) {
            throw JinjaError.limit("nesting of the source", DEEPEST).at(current.offset());
        }
        try {
            return parse.get();
        } finally {
            depth--;
        }
    }
}
