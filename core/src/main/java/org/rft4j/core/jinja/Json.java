package org.rft4j.core.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's {@code json.dumps}, as the {@code tojson} filter of chat templates offers it. */
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final Budget budget;
    private final boolean ascii;
    private final boolean indented;
    private final String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sortKeys;

    private Json(Arguments arguments, Budget budget) {
        this.budget = budget;
        ascii = arguments.flag(0, "ensure_ascii");
        Object width = arguments.get(1, "indent", None.NONE);
        indented = width != None.NONE;
        indent = indented ? indentation(width, budget) : "";
        Object separators = arguments.get(2, "separators", None.NONE);
        if (separators == None.NONE) {
            itemSeparator = indented ? "," : ", ";
            keySeparator = ": ";
        } else {
            List<Object> pair = Values.list(separators, budget);
            if (pair.size() != 2) {
                throw JinjaError.runtime("separators must be two strings");
            }
            itemSeparator = Values.text(pair.get(0), "separator");
            keySeparator = Values.text(pair.get(1), "separator");
        }
        sortKeys = arguments.flag(3, "sort_keys");
    }

    static String write(Object value, Arguments arguments, Budget budget) {
        Json json = new Json(arguments.only("tojson", "ensure_ascii", "indent", "separators", "sort_keys"), budget);
        json.write(value, 0);
        budget.value(json.out.length());
        return json.out.toString();
    }

    private static String indentation(Object width, Budget budget) {
        if (width instanceof CharSequence text) {
            return text.toString();
        }
        long count = Math.max(0, Values.integer(width));
        budget.value(count);
        return " ".repeat((int) count);
    }

    private void write(Object value, int level) {
        budget.enter();
        try {
            budget.output(out.length());
            if (value instanceof CharSequence text) {
                quote(text.toString());
            } else if (value instanceof Map<?, ?> map) {
                dict(map, level);
            } else if (value instanceof List<?> list) {
                array(list, level);
            } else if (value instanceof Tuple tuple) {
                array(tuple.items(), level);
            } else {
                out.append(scalar(value));
            }
        } finally {
            budget.leave();
        }
    }

    private static String scalar(Object value) {
        if (value == None.NONE) {
            return "null";
        }
        if (value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Double real) {
            return real.isNaN()
                    ? "NaN"
                    : Double.isInfinite(real) ? real > 0 ? "Infinity" : "-Infinity" : Floats.repr(real);
        }
        if (value instanceof BigInteger big) {
            return Repr.integer(big);
        }
        if (value instanceof Long) {
            return value.toString();
        }
        throw JinjaError.runtime("Object of type " + Types.name(value) + " is not JSON serializable");
    }

    private void array(List<?> items, int level) {
        out.append('[');
        boolean first = true;
        for (Object item : items) {
            separate(first, level + 1);
            first = false;
            write(item, level + 1);
        }
        close(items.isEmpty(), level, ']');
    }

    private void dict(Map<?, ?> map, int level) {
        out.append('{');
        boolean first = true;
        for (Object pair : entries(map)) {
            List<Object> entry = ((Tuple) pair).items();
            separate(first, level + 1);
            first = false;
            quote(key(entry.get(0)));
            out.append(keySeparator);
            write(entry.get(1), level + 1);
        }
        close(map.isEmpty(), level, '}');
    }

    private List<Object> entries(Map<?, ?> map) {
        List<Object> entries = Values.list(new DictView(Dict.of(map).values(), DictView.Kind.ITEMS), budget);
        return sortKeys ? Compare.sort(entries, new ArrayList<>(map.keySet()), false, budget) : entries;
    }

    private static String key(Object key) {
        if (key instanceof CharSequence text) {
            return text.toString();
        }
        if (key == None.NONE || Types.isNumber(key)) {
            return scalar(key);
        }
        throw JinjaError.runtime("keys must be str, int, float, bool or None, not " + Types.name(key));
    }

    private void separate(boolean first, int level) {
        out.append(first ? "" : itemSeparator);
        newline(level);
    }

    private void close(boolean empty, int level, char bracket) {
        if (!empty) {
            newline(level);
        }
        out.append(bracket);
    }

    private void newline(int level) {
        if (indented) {
            out.append('\n');
            budget.value((long) level * indent.length());
            out.append(indent.repeat(level));
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || (ascii && c > '~')) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
