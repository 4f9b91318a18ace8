package org.rft4j.core.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Cuts source into tokens, one at a time, with the white space rules of {@code trim_blocks} and {@code lstrip_blocks}: a
 * newline after a statement goes, and so do blanks before one that stands first in its line.
 */
final class Lexer {
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final Deque<Token> ready = new ArrayDeque<>();
    private final Deque<Character> brackets = new ArrayDeque<>();
    private int at;
    private boolean lineStart = true;

    /** What ends the tag that is being read; empty outside of tags. */
    private String tagEnd = "";

    Lexer(String source) {
        this.source = source;
    }

    /** Newlines become one kind, and one at the very end goes. */
    static String normalize(String source) {
        String unix = source.replace("\r\n", "\n").replace('\r', '\n');
        return unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    }

    static boolean isIdentifier(String text) {
        if (text.isEmpty() || !(Character.isUnicodeIdentifierStart(text.codePointAt(0)) || text.charAt(0) == '_')) {
            return false;
        }
        return text.codePoints()
                .allMatch(
                        c -> (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c)) || c == '_');
    }

    Token next() {
        while (ready.isEmpty()) {
            if (tagEnd.isEmpty()) {
                readText();
            } else {
                readInTag();
            }
        }
        return ready.remove();
    }

    private void emit(Token.Type type, String text, Object value, int offset) {
        ready.add(new Token(type, text, value, offset));
    }

    private void emit(Token.Type type, String text, int offset) {
        emit(type, text, text, offset);
    }

    private void readText() {
        if (at >= source.length()) {
            emit(Token.Type.EOF, "", at);
            return;
        }
        int tag = nextTag(at);
        if (tag < 0) {
            emit(Token.Type.DATA, source.substring(at), at);
            at = source.length();
            return;
        }
        int rawEnd = source.charAt(tag + 1) == '%' ? rawBegin(tag) : -1;
        String sign = sign(tag + 2);
        text(at, tag, sign, source.charAt(tag + 1) == '{');
        if (rawEnd >= 0) {
            at = rawEnd;
            lineStart = source.charAt(at - 1) == '\n';
            readRaw(tag);
        } else if (source.charAt(tag + 1) == '#') {
            at = tag + 2 + sign.length();
            skipComment(tag);
        } else {
            boolean statement = source.charAt(tag + 1) == '%';
            at = tag + 2 + sign.length();
            tagEnd = statement ? "%}" : "}}";
            emit(statement ? Token.Type.BLOCK_BEGIN : Token.Type.VARIABLE_BEGIN, source.substring(tag, tag + 2), tag);
        }
    }

    private int nextTag(int from) {
        for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("%{#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private String sign(int from) {
        return from < source.length() && "+-".indexOf(source.charAt(from)) >= 0 ? source.substring(from, from + 1) : "";
    }

    /** Emits text before a tag, less what the tag's sign and the line's start take away. */
    private void text(int from, int to, String sign, boolean variable) {
        String text = source.substring(from, to);
        if (sign.equals("-")) {
            text = Text.stripRight(text, Text::isSpace);
        } else if (sign.isEmpty() && !variable) {
            int line = text.lastIndexOf('\n') + 1;
            boolean first = line > 0 || lineStart;
            if (first && Text.stripRight(text.substring(line), Text::isSpace).isEmpty()) {
                text = text.substring(0, line);
            }
        }
        if (!text.isEmpty()) {
            emit(Token.Type.DATA, text, from);
        }
    }

    /** The end of a {@code raw} tag that starts here, or -1. */
    private int rawBegin(int tag) {
        int i = keyword(tag, "raw");
        if (i < 0) {
            return -1;
        }
        return source.startsWith("-%}", i) ? blanks(i + 3) : source.startsWith("%}", i) ? i + 2 : -1;
    }

    /** The position behind a tag's sign, a word and blanks, or -1. */
    private int keyword(int tag, String word) {
        int i = blanks(tag + 2 + sign(tag + 2).length());
        return source.startsWith(word, i) ? blanks(i + word.length()) : -1;
    }

    private int blanks(int from) {
        int i = from;
        while (i < source.length() && Text.isSpace(source.charAt(i))) {
            i++;
        }
        return i;
    }

    private void readRaw(int tag) {
        if (at == source.length()) {
            return;
        }
        for (int end = source.indexOf("{%", at); end >= 0; end = source.indexOf("{%", end + 1)) {
            int i = keyword(end, "endraw");
            int behind = i < 0 ? -1 : behindBlockEnd(i);
            if (behind >= 0) {
                text(at, end, sign(end + 2), false);
                moveTo(behind);
                return;
            }
        }
        throw JinjaError.syntax("Missing end of raw directive", tag);
    }

    private void skipComment(int tag) {
        int end = source.indexOf("#}", at);
        if (at == source.length()) {
            return;
        }
        if (end < 0) {
            throw JinjaError.syntax("Missing end of comment tag", tag);
        }
        char sign = end > at ? source.charAt(end - 1) : 0;
        moveTo(sign == '-' ? blanks(end + 2) : sign == '+' ? end + 2 : behindNewline(end + 2));
    }

    private void moveTo(int position) {
        at = position;
        lineStart = source.charAt(at - 1) == '\n';
    }

    private int behindNewline(int position) {
        return source.startsWith("\n", position) ? position + 1 : position;
    }

    /** The position behind a statement's end that starts here, or -1. */
    private int behindBlockEnd(int from) {
        if (source.startsWith("+%}", from)) {
            return from + 3;
        }
        if (source.startsWith("-%}", from)) {
            return blanks(from + 3);
        }
        return source.startsWith("%}", from) ? behindNewline(from + 2) : -1;
    }

    private int behindVariableEnd(int from) {
        return source.startsWith("-}}", from) ? blanks(from + 3) : source.startsWith("}}", from) ? from + 2 : -1;
    }

    private void readInTag() {
        at = blanks(at);
        if (at >= source.length()) {
            emit(Token.Type.EOF, "", at);
            return;
        }
        boolean statement = tagEnd.equals("%}");
        int behind = !brackets.isEmpty() ? -1 : statement ? behindBlockEnd(at) : behindVariableEnd(at);
        if (behind >= 0) {
            emit(statement ? Token.Type.BLOCK_END : Token.Type.VARIABLE_END, tagEnd, at);
            tagEnd = "";
            moveTo(behind);
            return;
        }
        char c = source.charAt(at);
        if (c >= '0' && c <= '9') {
            Literals.Number number = Literals.number(source, at);
            emit(number.type(), source.substring(at, number.end()), number.value(), at);
            at = number.end();
        } else if (isWord(source.codePointAt(at))) {
            readName();
        } else if (c == '"' || c == '\'') {
            readString();
        } else {
            readOperator();
        }
    }

    private static boolean isWord(int c) {
        return Character.isLetterOrDigit(c) || c == '_' || Character.getType(c) == Character.LETTER_NUMBER;
    }

    private void readName() {
        int end = at;
        while (end < source.length() && isWord(source.codePointAt(end))) {
            end += Character.charCount(source.codePointAt(end));
        }
        String name = source.substring(at, end);
        if (!isIdentifier(name)) {
            throw JinjaError.syntax("Invalid character in identifier", at);
        }
        emit(Token.Type.NAME, name, at);
        at = end;
    }

    private void readString() {
        int end = Literals.stringEnd(source, at);
        if (end < 0) {
            throw unexpected();
        }
        String text = source.substring(at, end);
        emit(Token.Type.STRING, text, Literals.string(text.substring(1, text.length() - 1), at), at);
        at = end;
    }

    private JinjaError unexpected() {
        String character = Character.toString(source.codePointAt(at));
        return JinjaError.syntax(
                "unexpected char " + Repr.quote(character) + " at " + source.codePointCount(0, at), at);
    }

    private void readOperator() {
        String operator = operator();
        char c = operator.charAt(0);
        int closing = "{([".indexOf(c);
        if (closing >= 0) {
            brackets.push("})]".charAt(closing));
        } else if ("})]".indexOf(c) >= 0) {
            if (brackets.isEmpty()) {
                throw JinjaError.syntax("unexpected '" + c + "'", at);
            }
            char expected = brackets.pop();
            if (expected != c) {
                throw JinjaError.syntax("unexpected '" + c + "', expected '" + expected + "'", at);
            }
        }
        emit(Token.Type.OPERATOR, operator, at);
        at += operator.length();
    }

    private String operator() {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                return operator;
            }
        }
        throw unexpected();
    }
}
