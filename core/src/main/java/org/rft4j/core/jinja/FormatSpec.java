package org.rft4j.core.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;

/** One conversion of {@code %} or {@code str.format}: how a value is written. */
record FormatSpec(
        String fill, char align, char sign, boolean alternative, int width, char grouping, int precision, char type) {
    /** Precision or width that was not given. */
    static final int NONE = -1;

    private static final int DEFAULT_PRECISION = 6;

    /** Width and precision are written by templates, so they are bounded before anything is built. */
    static int bounded(String digits, Budget budget) {
        if (digits.length() > 9) {
            throw JinjaError.limit("width of a conversion", 999_999_999);
        }
        int value = Integer.parseInt(digits);
        budget.value(value);
        return value;
    }

    /** Parses what stands behind the colon in {@code {:...}}. */
    static FormatSpec parse(String spec, Budget budget) {
        Scanner in = new Scanner(spec);
        String fill = " ";
        char align = 0;
        int second = spec.isEmpty() ? 0 : spec.offsetByCodePoints(0, 1);
        if (second < spec.length() && second > 0 && "<>=^".indexOf(spec.charAt(second)) >= 0) {
            fill = spec.substring(0, second);
            align = spec.charAt(second);
            in.at = second + 1;
        } else {
            align = in.accept("<>=^");
        }
        char sign = in.accept("+- ");
        boolean alternative = in.accept("#") != 0;
        if (align == 0 && in.peek("0")) {
            fill = "0";
            align = '=';
        }
        String width = in.digits();
        char grouping = in.accept(",_");
        String precision = in.accept(".") == 0 ? "" : in.digits();
        char type = in.accept("bcdeEfFgGnosxX%");
        if (in.at < spec.length()) {
            throw JinjaError.runtime("Invalid format specifier");
        }
        return new FormatSpec(
                fill,
                align,
                sign,
                alternative,
                width.isEmpty() ? NONE : bounded(width, budget),
                grouping,
                precision.isEmpty() ? NONE : bounded(precision, budget),
                type);
    }

    String format(Object value, Budget budget) {
        if (value instanceof CharSequence text) {
            if (type != 0 && type != 's') {
                throw JinjaError.runtime("Unknown format code '" + type + "' for object of type 'str'");
            }
            return text(text.toString(), budget);
        }
        if (Types.isNumber(value) && !(value instanceof Boolean && type == 0)) {
            return number(value, budget);
        }
        if (value instanceof Boolean && width == NONE && precision == NONE) {
            return Repr.str(value, budget);
        }
        boolean plain = width == NONE && precision == NONE && type == 0 && align == 0 && sign == 0;
        if (!plain) {
            throw JinjaError.runtime("unsupported format string passed to " + Types.name(value) + ".__format__");
        }
        return Repr.str(value, budget);
    }

    String text(String value, Budget budget) {
        String cut = precision == NONE ? value : Text.slice(value, 0, Math.min(precision, Text.length(value)));
        return pad(cut, "", align == 0 ? '<' : align, budget);
    }

    String number(Object value, Budget budget) {
        boolean real = value instanceof Double || (type != 0 && "eEfFgG%".indexOf(type) >= 0);
        if (real && value instanceof Double special && !Double.isFinite(special)) {
            String name = Floats.repr(Math.abs(special));
            return signed(special < 0, name, budget);
        }
        if (type == 's') {
            throw JinjaError.runtime("Unknown format code 's' for object of type " + Repr.quote(Types.name(value)));
        }
        return real ? realNumber(value, budget) : integer(Numbers.big(value), budget);
    }

    private String realNumber(Object value, Budget budget) {
        double real = Numbers.real(value);
        boolean negative = real < 0 || (real == 0 && 1 / real < 0);
        return signed(negative, grouped(digits(Math.abs(real))), budget);
    }

    private String digits(double real) {
        BigDecimal exact = new BigDecimal(real);
        int decimals = precision == NONE ? DEFAULT_PRECISION : precision;
        return switch (type) {
            case 'e', 'E' -> Floats.scientific(exact, decimals, type);
            case 'f', 'F' -> Floats.fixed(exact, decimals);
            case '%' -> Floats.fixed(new BigDecimal(real * 100), decimals) + "%";
            case 'g', 'G', 'n' -> Floats.general(exact, decimals, type == 'G' ? 'E' : 'e', alternative);
            default -> precision == NONE ? Floats.repr(real) : Floats.general(exact, decimals, 'e', false);
        };
    }

    String integer(BigInteger value, Budget budget) {
        if (type == 'c') {
            return pad(Character.toString(value.intValueExact()), "", align == 0 ? '<' : align, budget);
        }
        int radix = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
        String digits = value.abs().toString(radix);
        String shown = type == 'X' ? digits.toUpperCase(java.util.Locale.ROOT) : digits;
        String prefix = alternative && radix != 10 ? "0" + type : "";
        return pad(grouped(shown), sign(value.signum() < 0) + prefix, align == 0 ? '>' : align, budget);
    }

    private String signed(boolean negative, String digits, Budget budget) {
        return pad(digits, sign(negative), align == 0 ? '>' : align, budget);
    }

    private String sign(boolean negative) {
        return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
    }

    private String grouped(String digits) {
        if (grouping == 0) {
            return digits;
        }
        int end = 0;
        while (end < digits.length() && Character.isLetterOrDigit(digits.charAt(end))) {
            end++;
        }
        StringBuilder result = new StringBuilder(digits);
        int group = type != 0 && "boxX".indexOf(type) >= 0 ? 4 : 3;
        for (int at = end - group; at > 0; at -= group) {
            result.insert(at, grouping);
        }
        return result.toString();
    }

    private String pad(String body, String prefix, char side, Budget budget) {
        int missing = width - Text.length(body) - prefix.length();
        if (missing <= 0) {
            return prefix + body;
        }
        budget.value(width);
        return switch (side) {
            case '<' -> prefix + body + fill.repeat(missing);
            case '=' -> prefix + fill.repeat(missing) + body;
            case '^' -> fill.repeat(missing / 2) + prefix + body + fill.repeat(missing - missing / 2);
            default -> fill.repeat(missing) + prefix + body;
        };
    }

    private static final class Scanner {
        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        boolean peek(String oneOf) {
            return at < text.length() && oneOf.indexOf(text.charAt(at)) >= 0;
        }

        char accept(String oneOf) {
            return peek(oneOf) ? text.charAt(at++) : 0;
        }

        String digits() {
            int start = at;
            while (peek("0123456789")) {
                at++;
            }
            return text.substring(start, at);
        }
    }
}
