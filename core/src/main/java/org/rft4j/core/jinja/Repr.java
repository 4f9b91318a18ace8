package org.rft4j.core.jinja;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code str} and {@code repr}. */
final class Repr {
    /** Python refuses to print longer integers. */
    private static final int MOST_INT_DIGITS = 4300;

    private final StringBuilder out = new StringBuilder();
    private final Budget budget;

    private Repr(Budget budget) {
        this.budget = budget;
    }

    static String str(Object value, Budget budget) {
        if (value instanceof CharSequence) {
            return value.toString();
        }
        return value instanceof Undefined ? "" : repr(value, budget);
    }

    static String repr(Object value, Budget budget) {
        Repr repr = new Repr(budget);
        repr.write(value);
        budget.value(repr.out.length());
        return repr.out.toString();
    }

    /** For messages, of values that are keys. */
    static String short_(Object value) {
        return repr(value, new Budget(new TemplateLimits(10_000, 50, 10_000, 10_000)));
    }

    private void write(Object value) {
        budget.enter();
        try {
            budget.output(out.length());
            if (value instanceof String string) {
                out.append(quote(string));
            } else if (value instanceof Markup markup) {
                out.append("Markup(").append(quote(markup.text())).append(')');
            } else if (!writeContainer(value)) {
                out.append(scalar(value));
            }
        } finally {
            budget.leave();
        }
    }

    private boolean writeContainer(Object value) {
        if (value instanceof List<?> list) {
            sequence("[", list, "]");
        } else if (value instanceof Tuple tuple) {
            sequence("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
        } else if (value instanceof Map<?, ?> map) {
            dict(map);
        } else if (value instanceof DictView view) {
            out.append(view.kind().typeName()).append('(');
            sequence("[", Values.list(view, budget), "])");
        } else if (value instanceof Namespace namespace) {
            out.append("<Namespace ");
            dict(namespace.values());
            out.append('>');
        } else {
            return false;
        }
        return true;
    }

    private void sequence(String open, List<?> items, String close) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write(items.get(i));
        }
        out.append(close);
    }

    private void dict(Map<?, ?> map) {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<?, ?> entry = entries.next();
            write(entry.getKey());
            out.append(": ");
            write(entry.getValue());
            out.append(entries.hasNext() ? ", " : "");
        }
        out.append('}');
    }

    private static String scalar(Object value) {
        if (value instanceof Boolean bool) {
            return bool ? "True" : "False";
        }
        if (value == None.NONE) {
            return "None";
        }
        if (value instanceof Double number) {
            return Floats.repr(number);
        }
        if (value instanceof BigInteger big) {
            return integer(big);
        }
        if (value instanceof Range range) {
            return "range(" + range.start() + ", " + range.stop() + (range.step() == 1 ? "" : ", " + range.step())
                    + ")";
        }
        if (value instanceof Undefined) {
            return "Undefined";
        }
        return value instanceof Lazy || (value instanceof Callable && !(value instanceof Attributed))
                ? "<" + Types.name(value) + " object>"
                : value.toString();
    }

    static String integer(BigInteger value) {
        String digits = value.toString();
        if (digits.length() > MOST_INT_DIGITS + (value.signum() < 0 ? 1 : 0)) {
            throw JinjaError.runtime("Exceeds the limit (" + MOST_INT_DIGITS
                    + " digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
        }
        return digits;
    }

    /** A string as Python writes it in source: single quotes unless it has them and no double ones. */
    static String quote(String text) {
        char mark = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder(text.length() + 2).append(mark);
        text.codePoints().forEach(c -> quoteCharacter(quoted, c, mark));
        return quoted.append(mark).toString();
    }

    private static void quoteCharacter(StringBuilder quoted, int c, char mark) {
        switch (c) {
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            default -> {
                if (c == mark) {
                    quoted.append('\\').append(mark);
                } else if (isPrintable(c)) {
                    quoted.appendCodePoint(c);
                } else {
                    quoted.append(escape(c));
                }
            }
        }
    }

    private static String escape(int c) {
        if (c <= 0xff) {
            return String.format("\\x%02x", c);
        }
        return c <= 0xffff ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
    }

    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
