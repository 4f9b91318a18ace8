package org.rft4j.core.jinja;

import java.util.Map;

/** {@code str.format}: fields in braces, with attributes, items, conversions and format specifications. */
final class BraceFormat {
    private static final int DEEPEST = 2;

    private final Arguments arguments;
    private final Run run;
    private final boolean marked;
    private int automatic;

    private BraceFormat(Arguments arguments, Run run, boolean marked) {
        this.arguments = arguments;
        this.run = run;
        this.marked = marked;
    }

    static CharSequence format(CharSequence format, Arguments arguments, Run run) {
        boolean marked = format instanceof Markup;
        String text = new BraceFormat(arguments, run, marked).expand(format.toString(), DEEPEST);
        run.budget().value(text.length());
        return marked ? new Markup(text) : text;
    }

    private String expand(String format, int depth) {
        if (depth == 0) {
            throw JinjaError.runtime("Max string recursion exceeded");
        }
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < format.length(); at++) {
            char c = format.charAt(at);
            if (format.startsWith("{{", at) || format.startsWith("}}", at)) {
                out.append(c);
                at++;
            } else if (c == '}') {
                throw JinjaError.runtime("Single '}' encountered in format string");
            } else if (c == '{') {
                int end = fieldEnd(format, at);
                out.append(field(format.substring(at + 1, end), depth));
                at = end;
            } else {
                out.append(c);
            }
            run.budget().output(out.length());
        }
        return out.toString();
    }

    private static int fieldEnd(String format, int start) {
        int open = 0;
        for (int at = start; at < format.length(); at++) {
            open += format.charAt(at) == '{' ? 1 : format.charAt(at) == '}' ? -1 : 0;
            if (open == 0) {
                return at;
            }
        }
        throw JinjaError.runtime(
                start + 1 == format.length()
                        ? "Single '{' encountered in format string"
                        : "expected '}' before end of string");
    }

    private String field(String field, int depth) {
        int colon = field.indexOf(':');
        String head = colon < 0 ? field : field.substring(0, colon);
        int mark = head.indexOf('!');
        Object value = value(mark < 0 ? head : head.substring(0, mark));
        String spec = colon < 0 ? "" : expand(field.substring(colon + 1), depth - 1);
        if (mark >= 0) {
            value = switch (head.substring(mark + 1)) {
                case "s" -> Repr.str(value, run.budget());
                case "r", "a" -> Repr.repr(value, run.budget());
                default -> throw JinjaError.runtime("Unknown conversion specifier " + head.substring(mark + 1));
            };
        }
        String text = FormatSpec.parse(spec, run.budget()).format(value, run.budget());
        return marked && !(value instanceof Markup) ? Markup.escape(text) : text;
    }

    private Object value(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        Object value = first(name.substring(0, end));
        while (end < name.length()) {
            boolean item = name.charAt(end) == '[';
            int next = item ? name.indexOf(']', end) : nextPart(name, end + 1);
            if (next < 0) {
                throw JinjaError.runtime("Missing ']' in format string");
            }
            String part = name.substring(end + 1, next);
            if (part.isEmpty()) {
                throw JinjaError.runtime("Empty attribute in format string");
            }
            value = item ? Members.item(value, index(part), run) : Members.attribute(value, part, run);
            end = item ? next + 1 : next;
        }
        return value;
    }

    private static int nextPart(String name, int from) {
        int end = from;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    private static Object index(String part) {
        boolean number = part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? (Object) Long.parseLong(part) : part;
    }

    private Object first(String name) {
        Object key = name.isEmpty() ? (Object) (long) automatic++ : index(name);
        if (key instanceof Long position) {
            if (position >= arguments.positional().size()) {
                throw JinjaError.runtime("tuple index out of range");
            }
            return arguments.positional().get(position.intValue());
        }
        Map<String, Object> named = arguments.named();
        if (!named.containsKey(name)) {
            throw JinjaError.runtime(Repr.quote(name));
        }
        return named.get(name);
    }
}
