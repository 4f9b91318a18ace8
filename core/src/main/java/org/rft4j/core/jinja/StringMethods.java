package org.rft4j.core.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's str. */
final class StringMethods {
    /** A method of a string. */
    @FunctionalInterface
    private interface Method {
        Object call(String self, Arguments arguments, Run run);
    }

    private static final Map<String, Method> METHODS = new HashMap<>();

    private StringMethods() {}

    static {
        stripping();
        splitting();
        searching();
        changingCase();
        asking();
        building();
    }

    /** The bound method, or null where str has none of that name. */
    static @Nullable Callable find(CharSequence self, String name) {
        if (name.equals("format") || name.equals("format_map")) {
            return (run, arguments) -> BraceFormat.format(
                    self, name.equals("format") ? arguments : mapping(arguments.need(0, "mapping")), run);
        }
        Method method = METHODS.get(name);
        if (method == null) {
            return null;
        }
        return self instanceof Markup
                ? (run, arguments) -> marked(method.call(self.toString(), escaped(arguments), run))
                : (run, arguments) -> method.call(self.toString(), arguments, run);
    }

    private static Arguments mapping(Object mapping) {
        Map<String, Object> named = new HashMap<>();
        if (mapping instanceof Map<?, ?> map) {
            map.forEach((key, value) -> named.put(key.toString(), value));
        }
        return new Arguments(List.of(), named);
    }

    /** Methods of marked strings escape the strings they are given, and mark what they return. */
    private static Arguments escaped(Arguments arguments) {
        return new Arguments(
                arguments.positional().stream().map(StringMethods::escaped).toList(), arguments.named());
    }

    private static Object escaped(Object argument) {
        if (argument instanceof String text) {
            return Markup.escape(text);
        }
        return argument instanceof List<?> list
                ? list.stream().map(StringMethods::escaped).toList()
                : argument;
    }

    private static Object marked(Object result) {
        if (result instanceof String text) {
            return new Markup(text);
        }
        if (result instanceof Tuple tuple) {
            return Tuple.of(tuple.items().stream().map(StringMethods::marked).toList());
        }
        return result instanceof List<?> list
                ? list.stream().map(StringMethods::marked).toList()
                : result;
    }

    private static void stripping() {
        METHODS.put("strip", (s, a, run) -> Text.strip(s, unwanted("strip", a)));
        METHODS.put("lstrip", (s, a, run) -> Text.stripLeft(s, unwanted("lstrip", a)));
        METHODS.put("rstrip", (s, a, run) -> Text.stripRight(s, unwanted("rstrip", a)));
        METHODS.put("removeprefix", (s, a, run) -> {
            String prefix = argument(a, 0, "removeprefix");
            return s.startsWith(prefix) ? s.substring(prefix.length()) : s;
        });
        METHODS.put("removesuffix", (s, a, run) -> {
            String suffix = argument(a, 0, "removesuffix");
            return s.endsWith(suffix) ? s.substring(0, s.length() - suffix.length()) : s;
        });
    }

    static IntPredicate unwanted(String method, Arguments arguments) {
        Object characters = arguments.get(0, "chars", None.NONE);
        if (characters == None.NONE) {
            return Text::isSpace;
        }
        if (!(characters instanceof CharSequence)) {
            throw JinjaError.runtime(method + " arg must be None or str");
        }
        String unwanted = characters.toString();
        return c -> unwanted.indexOf(c) >= 0;
    }

    private static void splitting() {
        METHODS.put("split", (s, a, run) -> split(s, a, run, false));
        METHODS.put("rsplit", (s, a, run) -> split(s, a, run, true));
        METHODS.put("splitlines", (s, a, run) -> {
            run.budget().value(s.length());
            return Text.lines(s, a.flag(0, "keepends"));
        });
        METHODS.put("partition", (s, a, run) -> partition(s, sought(a, "partition"), false));
        METHODS.put("rpartition", (s, a, run) -> partition(s, sought(a, "rpartition"), true));
    }

    private static Object split(String text, Arguments arguments, Run run, boolean fromRight) {
        arguments.only("split", "sep", "maxsplit");
        run.budget().value(text.length());
        Object separator = arguments.get(0, "sep", None.NONE);
        long limit = Values.integer(arguments.get(1, "maxsplit", -1L));
        if (separator == None.NONE) {
            return fromRight ? Text.wordsFromRight(text, limit) : Text.words(text, limit);
        }
        String between = Values.text(separator, "split separator");
        if (between.isEmpty()) {
            throw JinjaError.runtime("empty separator");
        }
        return fromRight ? Text.splitFromRight(text, between, limit) : Text.split(text, between, limit);
    }

    private static Object partition(String text, String separator, boolean fromRight) {
        if (separator.isEmpty()) {
            throw JinjaError.runtime("empty separator");
        }
        int at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return fromRight ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }

    private static void searching() {
        METHODS.put("startswith", (s, a, run) -> edge(s, a, run, true));
        METHODS.put("endswith", (s, a, run) -> edge(s, a, run, false));
        METHODS.put("find", (s, a, run) -> find(window(s, a), a, false));
        METHODS.put("rfind", (s, a, run) -> find(window(s, a), a, true));
        METHODS.put("index", (s, a, run) -> found(find(window(s, a), a, false)));
        METHODS.put("rindex", (s, a, run) -> found(find(window(s, a), a, true)));
        METHODS.put("count", (s, a, run) -> Text.count(window(s, a).text(), sought(a, "count")));
    }

    private record Window(String text, int start, boolean valid) {}

    /** The part of the text that optional start and end arguments leave. */
    private static Window window(String text, Arguments arguments) {
        if (arguments.positional().size() < 2) {
            return new Window(text, 0, true);
        }
        int length = Text.length(text);
        int start = Slices.bound(arguments.get(1, "start", None.NONE), 0, length);
        int end = Slices.bound(arguments.get(2, "end", None.NONE), length, length);
        return new Window(Text.slice(text, Math.min(start, length), end), start, start <= end);
    }

    private static boolean edge(String text, Arguments arguments, Run run, boolean start) {
        Object wanted = arguments.need(0, start ? "prefix" : "suffix");
        if (wanted instanceof Tuple tuple) {
            return tuple.items().stream().anyMatch(part -> edge(text, Arguments.of(part), run, start));
        }
        if (!(wanted instanceof CharSequence)) {
            throw JinjaError.runtime((start ? "startswith" : "endswith")
                    + " first arg must be str or a tuple of str, not " + Types.name(wanted));
        }
        String part = wanted.toString();
        Window window = window(text, arguments);
        return window.valid()
                && (start ? window.text().startsWith(part) : window.text().endsWith(part));
    }

    private static long find(Window window, Arguments arguments, boolean last) {
        String part = sought(arguments, "find");
        int at = last ? window.text().lastIndexOf(part) : window.text().indexOf(part);
        return at < 0 || !window.valid() ? -1 : window.start() + window.text().codePointCount(0, at);
    }

    private static Object found(long at) {
        if (at < 0) {
            throw JinjaError.runtime("substring not found");
        }
        return at;
    }

    private static void changingCase() {
        METHODS.put("upper", (s, a, run) -> s.toUpperCase(Locale.ROOT));
        METHODS.put("lower", (s, a, run) -> s.toLowerCase(Locale.ROOT));
        METHODS.put("casefold", (s, a, run) -> s.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
        METHODS.put("capitalize", (s, a, run) -> Cases.capitalize(s));
        METHODS.put("title", (s, a, run) -> Cases.title(s));
        METHODS.put("swapcase", (s, a, run) -> Cases.swap(s));
    }

    private static void asking() {
        METHODS.put("isdigit", (s, a, run) -> every(s, Cases::isDigit));
        METHODS.put("isdecimal", (s, a, run) -> every(s, Character::isDigit));
        METHODS.put("isnumeric", (s, a, run) -> every(s, Cases::isNumeric));
        METHODS.put("isalpha", (s, a, run) -> every(s, Character::isLetter));
        METHODS.put("isalnum", (s, a, run) -> every(s, c -> Character.isLetter(c) || Cases.isNumeric(c)));
        METHODS.put("isspace", (s, a, run) -> every(s, Text::isSpace));
        METHODS.put("isascii", (s, a, run) -> s.chars().allMatch(c -> c < 128));
        METHODS.put("isprintable", (s, a, run) -> s.codePoints().allMatch(Repr::isPrintable));
        METHODS.put("isidentifier", (s, a, run) -> Lexer.isIdentifier(s));
        METHODS.put("isupper", (s, a, run) -> Cases.isUpper(s));
        METHODS.put("islower", (s, a, run) -> Cases.isLower(s));
        METHODS.put("istitle", (s, a, run) -> Cases.isTitle(s));
    }

    private static boolean every(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static void building() {
        METHODS.put(
                "replace",
                (s, a, run) -> Text.replace(
                        s,
                        argument(a, 0, "replace"),
                        argument(a, 1, "replace"),
                        Values.integer(a.get(2, "count", -1L)),
                        run.budget()));
        METHODS.put("join", (s, a, run) -> join(s, a.need(0, "iterable"), run));
        METHODS.put("center", (s, a, run) -> Text.center(s, Values.integer(a.need(0, "width")), fill(a), run.budget()));
        METHODS.put("ljust", (s, a, run) -> pad(s, a, run, 0));
        METHODS.put("rjust", (s, a, run) -> pad(s, a, run, 1));
        METHODS.put("zfill", (s, a, run) -> {
            boolean signed = s.startsWith("-") || s.startsWith("+");
            String sign = signed ? s.substring(0, 1) : "";
            long width = Values.integer(a.need(0, "width")) - sign.length();
            return sign + Text.pad(s.substring(sign.length()), width, "0", 1, run.budget());
        });
        METHODS.put(
                "expandtabs",
                (s, a, run) -> Cases.expandTabs(s, Values.integer(a.get(0, "tabsize", 8L)), run.budget()));
        METHODS.put("encode", (s, a, run) -> {
            throw JinjaError.runtime("str.encode gives bytes, which templates have no use for here");
        });
    }

    private static String pad(String text, Arguments arguments, Run run, double shareLeft) {
        return Text.pad(text, Values.integer(arguments.need(0, "width")), fill(arguments), shareLeft, run.budget());
    }

    private static String fill(Arguments arguments) {
        String fill = Values.text(arguments.get(1, "fillchar", " "), "The fill character");
        if (Text.length(fill) != 1) {
            throw JinjaError.runtime("The fill character must be exactly one character long");
        }
        return fill;
    }

    private static String join(String separator, Object items, Run run) {
        StringBuilder out = new StringBuilder();
        int index = 0;
        for (Object item : Values.list(items, run.budget())) {
            if (!(item instanceof CharSequence)) {
                throw JinjaError.runtime(
                        "sequence item " + index + ": expected str instance, " + Types.name(item) + " found");
            }
            out.append(index++ == 0 ? "" : separator).append(item);
            run.budget().output(out.length());
        }
        run.budget().value(out.length());
        return out.toString();
    }

    private static String sought(Arguments arguments, String method) {
        if (!arguments.positional().isEmpty() && !(arguments.positional().get(0) instanceof CharSequence)) {
            throw JinjaError.runtime(
                    "must be str, not " + Types.name(arguments.positional().get(0)));
        }
        return argument(arguments, 0, method);
    }

    private static String argument(Arguments arguments, int index, String method) {
        if (index >= arguments.positional().size()) {
            throw JinjaError.runtime(
                    method + " expected at least " + (index + 1) + " argument" + (index == 0 ? "" : "s") + ", got "
                            + arguments.positional().size());
        }
        return Values.text(arguments.positional().get(index), method + "() argument " + (index + 1));
    }
}
