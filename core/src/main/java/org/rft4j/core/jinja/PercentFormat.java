package org.rft4j.core.jinja;

import java.util.List;
import java.util.Map;

/** The {@code %} operator on strings. */
final class PercentFormat {
    private static final char NO = 0;

    private final String format;
    private final Object values;
    private final boolean marked;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int used;

    private PercentFormat(CharSequence format, Object values, Budget budget) {
        this.format = format.toString();
        this.values = values;
        this.marked = format instanceof Markup;
        this.budget = budget;
    }

    static CharSequence format(CharSequence format, Object values, Budget budget) {
        String text = new PercentFormat(format, values, budget).run();
        budget.value(text.length());
        return format instanceof Markup ? new Markup(text) : text;
    }

    private String run() {
        boolean named = false;
        while (at < format.length()) {
            int percent = format.indexOf('%', at);
            out.append(format, at, percent < 0 ? format.length() : percent);
            at = percent < 0 ? format.length() : percent + 1;
            if (percent >= 0) {
                named |= conversion();
                budget.value(out.length());
            }
        }
        boolean left = values instanceof Tuple tuple
                ? used < tuple.items().size()
                : used == 0 && !(values instanceof Map) && !isIndexable(values);
        if (left && !named) {
            throw JinjaError.runtime("not all arguments converted during string formatting");
        }
        return out.toString();
    }

    /** Python takes a value with items for a mapping, which need not be used up. */
    private static boolean isIndexable(Object value) {
        return value instanceof List || value instanceof Range || value instanceof Undefined;
    }

    private boolean conversion() {
        Object named = null;
        if (peek() == '(') {
            named = mapped();
        }
        String flags = "";
        while ("#0- +".indexOf(peek()) >= 0) {
            flags += format.charAt(at++);
        }
        int width = number();
        if (width < 0 && width != FormatSpec.NONE) {
            flags += "-";
            width = -width;
        }
        int precision = FormatSpec.NONE;
        if (peek() == '.') {
            at++;
            precision = Math.max(0, number());
        }
        while ("hlL".indexOf(peek()) >= 0) {
            at++;
        }
        char type = peek();
        at++;
        if (type == '%') {
            out.append('%');
            return named != null;
        }
        out.append(convert(flags, width, precision, type, named == null ? next() : named));
        return named != null;
    }

    private char peek() {
        if (at >= format.length()) {
            throw JinjaError.runtime("incomplete format");
        }
        return format.charAt(at);
    }

    private Object mapped() {
        if (values instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(values instanceof Map<?, ?> map)) {
            throw JinjaError.runtime("format requires a mapping");
        }
        int depth = 1;
        int start = ++at;
        while (depth > 0) {
            if (at >= format.length()) {
                throw JinjaError.runtime("incomplete format key");
            }
            char c = format.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        String key = format.substring(start, at - 1);
        Object value = map.get(key);
        if (value == null) {
            throw JinjaError.runtime(Repr.quote(key));
        }
        return value;
    }

    private int number() {
        if (peek() == '*') {
            at++;
            Object value = next();
            if (!Types.isInt(value)) {
                throw JinjaError.runtime("* wants int");
            }
            long number = Values.integer(value);
            budget.value(Math.abs(number));
            return number == FormatSpec.NONE ? -1 - 1 : (int) number;
        }
        int start = at;
        while (Character.isDigit(peek())) {
            at++;
        }
        return start == at ? FormatSpec.NONE : FormatSpec.bounded(format.substring(start, at), budget);
    }

    private Object next() {
        if (values instanceof Tuple tuple) {
            if (used >= tuple.items().size()) {
                throw JinjaError.runtime("not enough arguments for format string");
            }
            return tuple.items().get(used++);
        }
        if (used > 0) {
            throw JinjaError.runtime("not enough arguments for format string");
        }
        used++;
        return values;
    }

    private String convert(String flags, int width, int precision, char type, Object value) {
        boolean left = flags.contains("-");
        boolean zeros = flags.contains("0") && !left;
        char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : (char) 0;
        boolean alternative = flags.contains("#");
        char side = left ? '<' : '>';
        char numberSide = zeros ? '=' : side;
        String fill = zeros ? "0" : " ";
        switch (type) {
            case 's', 'r', 'a', 'c' -> {
                return new FormatSpec(" ", side, sign, alternative, width, NO, precision, 's')
                        .text(text(type, value), budget);
            }
            case 'd', 'i', 'u', 'x', 'X', 'o' -> {
                return integer(new FormatSpec(fill, numberSide, sign, alternative, width, NO, precision, type), value);
            }
            case 'e', 'E', 'f', 'F', 'g', 'G' -> {
                if (!Types.isNumber(value)) {
                    throw value instanceof Undefined undefined
                            ? undefined.error()
                            : JinjaError.runtime("must be real number, not " + Types.name(value));
                }
                return new FormatSpec(fill, numberSide, sign, alternative, width, NO, precision, type)
                        .number(value, budget);
            }
            default ->
                throw JinjaError.runtime("unsupported format character '" + type + "' (0x" + Integer.toHexString(type)
                        + ") at index " + (at - 1));
        }
    }

    private String text(char type, Object value) {
        if (type == 'c') {
            return Types.isInt(value) ? Character.toString((int) Values.integer(value)) : Values.text(value, "%c");
        }
        if (type == 's') {
            return marked ? Markup.escaped(value, budget) : Repr.str(value, budget);
        }
        String repr = Repr.repr(value, budget);
        return marked ? Markup.escape(repr) : repr;
    }

    private String integer(FormatSpec spec, Object value) {
        boolean decimal = "diu".indexOf(spec.type()) >= 0;
        if (decimal && value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Types.isNumber(value) || (!decimal && value instanceof Double)) {
            throw JinjaError.runtime("%" + spec.type() + " format: " + (decimal ? "a real number" : "an integer")
                    + " is required, not " + Types.name(value));
        }
        Object whole = value instanceof Double real ? Numbers.truncate(real) : value;
        String digits = spec.integer(Numbers.big(whole), budget);
        if (spec.precision() <= 0) {
            return digits;
        }
        String plain = Numbers.big(whole).abs().toString();
        String sign = Numbers.big(whole).signum() < 0 ? "-" : spec.sign() == 0 ? "" : String.valueOf(spec.sign());
        String padded = sign + "0".repeat(Math.max(0, spec.precision() - plain.length())) + plain;
        return Text.pad(padded, spec.width(), " ", spec.align() == '<' ? 0 : 1, budget);
    }
}
