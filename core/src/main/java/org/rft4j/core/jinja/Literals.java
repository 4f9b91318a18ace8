package org.rft4j.core.jinja;

import java.math.BigInteger;

/** Numbers and strings as they are written in templates. */
final class Literals {
    private Literals() {}

    record Number(Token.Type type, Object value, int end) {}

    static Number number(String source, int at) {
        int whole = digits(source, at, "0123456789");
        int end = source.startsWith(".", whole) ? digits(source, whole + 1, "0123456789") : whole;
        boolean fraction = end > whole + 1;
        end = fraction ? end : whole;
        int exponent = exponent(source, end);
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        if ((fraction || exponent > end) && !afterDot) {
            int stop = Math.max(end, exponent);
            return new Number(
                    Token.Type.FLOAT,
                    Double.parseDouble(source.substring(at, stop).replace("_", "")),
                    stop);
        }
        return integer(source, at, whole);
    }

    /** The end of digits that single underscores may join; the start if there are none. */
    private static int digits(String source, int from, String allowed) {
        int end = from;
        while (end < source.length()) {
            boolean joint = source.charAt(end) == '_' && end > from;
            int digit = joint ? end + 1 : end;
            if (digit >= source.length() || allowed.indexOf(Character.toLowerCase(source.charAt(digit))) < 0) {
                break;
            }
            end = digit + 1;
        }
        return end;
    }

    private static int exponent(String source, int from) {
        if (from >= source.length() || Character.toLowerCase(source.charAt(from)) != 'e') {
            return from;
        }
        boolean signed = from + 1 < source.length() && "+-".indexOf(source.charAt(from + 1)) >= 0;
        int start = from + (signed ? 2 : 1);
        int end = digits(source, start, "0123456789");
        return end > start ? end : from;
    }

    private static Number integer(String source, int at, int whole) {
        String prefix = source.substring(at, Math.min(at + 2, source.length())).toLowerCase(java.util.Locale.ROOT);
        int radix = prefix.equals("0x") ? 16 : prefix.equals("0o") ? 8 : prefix.equals("0b") ? 2 : 10;
        if (radix != 10) {
            int start = source.startsWith("_", at + 2) ? at + 3 : at + 2;
            int end = digits(source, start, "0123456789abcdef".substring(0, radix));
            if (end > start) {
                return of(source.substring(start, end), radix, end);
            }
        }
        int end = source.charAt(at) == '0' ? digits(source, at, "0") : whole;
        return of(source.substring(at, end), 10, end);
    }

    private static Number of(String digits, int radix, int end) {
        if (digits.length() > 4300) {
            throw JinjaError.runtime("Exceeds the limit (4300 digits) for integer string conversion");
        }
        return new Number(Token.Type.INTEGER, Numbers.normal(new BigInteger(digits.replace("_", ""), radix)), end);
    }

    /** The position behind the closing quote of the string that starts here, or -1. */
    static int stringEnd(String source, int at) {
        char quote = source.charAt(at);
        for (int i = at + 1; i < source.length(); i++) {
            if (source.charAt(i) == '\\') {
                i++;
            } else if (source.charAt(i) == quote) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Resolves escapes. Python makes them of all other than ASCII characters first, which shows after a backslash. */
    static String string(String body, int offset) {
        if (body.indexOf('\\') < 0) {
            return body;
        }
        StringBuilder ascii = new StringBuilder();
        body.codePoints().forEach(c -> ascii.append(c < 128 ? Character.toString(c) : escape(c)));
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            i = c == '\\' ? unescape(ascii, i + 1, out, offset) - 1 : i;
            if (c != '\\') {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String escape(int c) {
        return c <= 0xff
                ? String.format("\\x%02x", c)
                : c <= 0xffff ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
    }

    /** Appends what the escape behind a backslash means, and returns the position behind it. */
    private static int unescape(CharSequence text, int at, StringBuilder out, int offset) {
        if (at >= text.length()) {
            throw JinjaError.syntax("\\ at end of string", offset);
        }
        char c = text.charAt(at);
        int simple = "\\'\"abfnrtv".indexOf(c);
        if (simple >= 0) {
            out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
            return at + 1;
        }
        if (c == '\n') {
            return at + 1;
        }
        if (c == 'x' || c == 'u' || c == 'U') {
            return hexadecimal(text, at, out, offset);
        }
        if (c == 'N') {
            throw JinjaError.syntax("characters by name (\\N) are not supported; write the character itself", offset);
        }
        int end = at;
        while (end < Math.min(at + 3, text.length()) && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
            end++;
        }
        if (end > at) {
            out.appendCodePoint(Integer.parseInt(text.subSequence(at, end).toString(), 8));
            return end;
        }
        out.append('\\').append(c);
        return at + 1;
    }

    private static int hexadecimal(CharSequence text, int at, StringBuilder out, int offset) {
        int count = text.charAt(at) == 'x' ? 2 : text.charAt(at) == 'u' ? 4 : 8;
        int end = at + 1;
        while (end < text.length() && end <= at + count && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
        }
        if (end <= at + count) {
            throw JinjaError.syntax("truncated \\" + text.charAt(at) + "X".repeat(count) + " escape", offset);
        }
        long c = Long.parseLong(text.subSequence(at + 1, end).toString(), 16);
        if (c > Character.MAX_CODE_POINT) {
            throw JinjaError.syntax("illegal Unicode character", offset);
        }
        out.appendCodePoint((int) c);
        return end;
    }
}
