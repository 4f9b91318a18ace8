package org.rft4j.core.jinja;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters that make text. */
final class TextFilters {
    private TextFilters() {}

    static void register(Map<String, Filter> filters) {
        cases(filters);
        shapes(filters);
        html(filters);
        filters.put("string", (run, value, a) -> value instanceof CharSequence ? value : str(run, value));
        filters.put("tojson", (run, value, a) -> Json.write(value, a, run.budget()));
        filters.put("format", TextFilters::format);
        Filters.put(filters, "urlencode", List.of(), (run, value, a) -> urlEncode(run, value));
        Filters.put(filters, "wordcount", List.of(), (run, value, a) -> wordCount(str(run, value)));
    }

    private static String str(Run run, Object value) {
        return Repr.str(value, run.budget());
    }

    /** Keeps the mark of marked text. */
    private static CharSequence like(Object original, String text) {
        return original instanceof Markup ? new Markup(text) : text;
    }

    private static void cases(Map<String, Filter> filters) {
        Filters.put(
                filters, "upper", List.of(), (run, v, a) -> like(v, str(run, v).toUpperCase(Locale.ROOT)));
        Filters.put(
                filters, "lower", List.of(), (run, v, a) -> like(v, str(run, v).toLowerCase(Locale.ROOT)));
        Filters.put(filters, "capitalize", List.of(), (run, v, a) -> like(v, Cases.capitalize(str(run, v))));
        Filters.put(filters, "title", List.of(), (run, v, a) -> title(str(run, v)));
    }

    /** Words begin after blanks, hyphens and opening brackets, unlike in {@code str.title}. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            boolean between = Text.isSpace(c) || "-({[<".indexOf(c) >= 0;
            String character = Character.toString(c);
            out.append(inside ? character.toLowerCase(Locale.ROOT) : character.toUpperCase(Locale.ROOT));
            inside = !between;
        }
        return out.toString();
    }

    private static void shapes(Map<String, Filter> filters) {
        Filters.put(
                filters,
                "trim",
                List.of("chars"),
                (run, v, a) -> like(v, Text.strip(str(run, v), StringMethods.unwanted("strip", a))));
        Filters.put(filters, "replace", List.of("old", "new", "count"), (run, v, a) -> {
            Object count = a.get(2, "count", None.NONE);
            return Text.replace(
                    str(run, v),
                    str(run, a.need(0, "old")),
                    str(run, a.need(1, "new")),
                    count == None.NONE ? -1 : Values.integer(count),
                    run.budget());
        });
        Filters.put(
                filters,
                "center",
                List.of("width"),
                (run, v, a) ->
                        like(v, Text.center(str(run, v), Values.integer(a.get(0, "width", 80L)), " ", run.budget())));
        Filters.put(filters, "indent", List.of("width", "first", "blank"), TextFilters::indent);
        Filters.put(filters, "truncate", List.of("length", "killwords", "end", "leeway"), TextFilters::truncate);
    }

    private static Object indent(Run run, Object value, Arguments arguments) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(value instanceof CharSequence)) {
            throw JinjaError.runtime(
                    "unsupported operand type(s) for +=: " + Repr.quote(Types.name(value)) + " and 'str'");
        }
        Object width = arguments.get(0, "width", 4L);
        String indention = width instanceof CharSequence text
                ? text.toString()
                : Arithmetic.multiply(" ", Values.integer(width), run.budget()).toString();
        List<Object> lines = Text.lines(value + "\n", false);
        run.budget().value((long) lines.size() * indention.length() + lines.size());
        StringBuilder out = new StringBuilder(arguments.flag(1, "first") ? indention : "");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).toString();
            boolean indented = i > 0 && (arguments.flag(2, "blank") || !line.isEmpty());
            out.append(i == 0 ? "" : "\n").append(indented ? indention : "").append(line);
        }
        run.budget().value(out.length());
        return like(value, out.toString());
    }

    private static Object truncate(Run run, Object value, Arguments arguments) {
        long length = Values.integer(arguments.get(0, "length", 255L));
        String end = Values.text(arguments.get(2, "end", "..."), "end");
        Object given = arguments.get(3, "leeway", None.NONE);
        long leeway = given == None.NONE ? 5 : Values.integer(given);
        if (length < Text.length(end)) {
            throw JinjaError.runtime("expected length >= " + Text.length(end) + ", got " + length);
        }
        if (leeway < 0) {
            throw JinjaError.runtime("expected leeway >= 0, got " + leeway);
        }
        if (Values.length(value) <= length + leeway) {
            return value;
        }
        String text = Values.text(value, "truncated value");
        String cut = Text.slice(text, 0, (int) length - Text.length(end));
        int blank = arguments.flag(1, "killwords") ? -1 : cut.lastIndexOf(' ');
        return (blank < 0 ? cut : cut.substring(0, blank)) + end;
    }

    private static void html(Map<String, Filter> filters) {
        Filters.put(filters, "safe", List.of(), (run, v, a) -> v instanceof Markup ? v : new Markup(str(run, v)));
        for (String name : List.of("escape", "e")) {
            Filters.put(filters, name, List.of(), (run, v, a) -> new Markup(Markup.escaped(v, run.budget())));
        }
        Filters.put(filters, "forceescape", List.of(), (run, v, a) -> new Markup(Markup.escape(str(run, v))));
        Filters.put(filters, "striptags", List.of(), (run, v, a) -> stripTags(str(run, v)));
        Filters.put(filters, "xmlattr", List.of("autospace"), TextFilters::xmlAttributes);
    }

    private static String stripTags(String text) {
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('<', at);
            boolean comment = open >= 0 && text.startsWith("<!--", open);
            int close = open < 0 ? -1 : text.indexOf(comment ? "-->" : ">", open);
            int end = close < 0 ? text.length() : open;
            plain.append(text, at, end);
            at = close < 0 ? text.length() : close + (comment ? 3 : 1);
        }
        String words = String.join(
                " ",
                Text.words(plain.toString(), -1).stream().map(Object::toString).toList());
        return words.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }

    private static Object xmlAttributes(Run run, Object value, Arguments arguments) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw JinjaError.runtime(Repr.quote(Types.name(value)) + " object has no attribute 'items'");
        }
        List<String> shown = new ArrayList<>();
        map.forEach((key, attribute) -> {
            if (attribute != None.NONE && !(attribute instanceof Undefined)) {
                String name = str(run, key);
                if (name.chars()
                        .anyMatch(c -> c == '/' || c == '>' || c == '=' || (c >= '\t' && c <= '\r') || c == ' ')) {
                    throw JinjaError.runtime("Invalid character in attribute name: " + Repr.quote(name));
                }
                shown.add(Markup.escape(name) + "=\"" + Markup.escaped(attribute, run.budget()) + "\"");
            }
        });
        boolean space = !shown.isEmpty() && Values.truth(arguments.get(0, "autospace", true));
        return (space ? " " : "") + String.join(" ", shown);
    }

    private static Object format(Run run, Object value, Arguments arguments) {
        if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
            throw JinjaError.runtime("can't handle positional and keyword arguments at the same time");
        }
        CharSequence format = value instanceof CharSequence text ? text : str(run, value);
        Dict named = Dict.empty();
        arguments.named().forEach(named::put);
        Object values = arguments.named().isEmpty() ? Tuple.of(arguments.positional()) : named.values();
        return PercentFormat.format(format, values, run.budget());
    }

    private static String urlEncode(Run run, Object value) {
        if (value instanceof CharSequence || !Values.isIterable(value)) {
            return quoteUrl(str(run, value), true);
        }
        Object pairs =
                value instanceof Map<?, ?> map ? new DictView(Dict.of(map).values(), DictView.Kind.ITEMS) : value;
        List<String> parts = new ArrayList<>();
        for (Iterator<Object> items = Values.iterate(pairs); items.hasNext(); ) {
            List<Object> pair = Values.list(items.next(), run.budget());
            if (pair.size() != 2) {
                throw JinjaError.runtime(
                        pair.size() > 2
                                ? "too many values to unpack (expected 2)"
                                : "not enough values to unpack (expected 2, got " + pair.size() + ")");
            }
            parts.add(quoteQuery(str(run, pair.get(0))) + "=" + quoteQuery(str(run, pair.get(1))));
        }
        return String.join("&", parts);
    }

    private static String quoteQuery(String text) {
        return quoteUrl(text, false).replace("%20", "+");
    }

    private static String quoteUrl(String text, boolean keepSlash) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || "_.-~".indexOf(b) >= 0;
            out.append(plain || (keepSlash && b == '/') ? String.valueOf((char) b) : String.format("%%%02X", b & 0xff));
        }
        return out.toString();
    }

    private static Object wordCount(String text) {
        long words = 0;
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            boolean word = Character.isLetterOrDigit(c) || c == '_' || Cases.isNumeric(c);
            words += word && !inside ? 1 : 0;
            inside = word;
        }
        return words;
    }
}
