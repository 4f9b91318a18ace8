package org.rft4j.core.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The functions that every template can call. */
final class Globals {
    private static final Map<String, Object> ALL = new HashMap<>();

    private Globals() {}

    static {
        put("range", Globals::range);
        ALL.put("dict", new DictType());
        put("namespace", (run, a) -> new Namespace(dict(a, run)));
        put("raise_exception", (run, a) -> {
            throw JinjaError.of(TemplateException.Kind.RAISED, Repr.str(a.need(0, "message"), run.budget()));
        });
        put("joiner", (run, a) -> new Joiner(a.get(0, "sep", ", ")));
        put("cycler", (run, a) -> new Cycler(a.positional()));
        put("lipsum", (run, a) -> {
            throw JinjaError.runtime("lipsum is random text and not supported");
        });
    }

    private static void put(String name, Callable function) {
        ALL.put(name, function);
    }

    /** A new scope with the functions in it; without a clock, the one that needs it is undefined. */
    static Scope scope(@Nullable Clock clock) {
        Map<String, Object> all = new HashMap<>(ALL);
        Callable now = (run, arguments) -> now(Objects.requireNonNull(clock), arguments);
        all.put(
                "strftime_now",
                clock != null
                        ? now
                        : Undefined.hint("strftime_now needs a clock, and none was given; set one in the options"));
        return Scope.of(all).inner();
    }

    private static Object range(Run run, Arguments arguments) {
        List<Object> bounds = arguments.positional();
        if (bounds.isEmpty() || bounds.size() > 3) {
            throw JinjaError.runtime(
                    bounds.isEmpty()
                            ? "range expected at least 1 argument, got 0"
                            : "range expected at most 3 arguments, got " + bounds.size());
        }
        long first = Values.integer(bounds.get(0));
        return bounds.size() == 1
                ? new Range(0, first, 1)
                : new Range(
                        first, Values.integer(bounds.get(1)), bounds.size() == 2 ? 1 : Values.integer(bounds.get(2)));
    }

    private static Map<Object, Object> dict(Arguments arguments, Run run) {
        Dict dict = Dict.empty();
        if (!arguments.positional().isEmpty()) {
            Object from = arguments.positional().get(0);
            if (from instanceof Undefined undefined) {
                throw undefined.error();
            }
            if (from instanceof Map<?, ?> map) {
                dict.values().putAll(map);
            } else {
                addPairs(dict, Values.list(from, run.budget()), run);
            }
        }
        arguments.named().forEach(dict::put);
        return dict.values();
    }

    private static void addPairs(Dict dict, List<Object> pairs, Run run) {
        for (int i = 0; i < pairs.size(); i++) {
            List<Object> entry = Values.list(pairs.get(i), run.budget());
            if (entry.size() != 2) {
                throw JinjaError.runtime(
                        "dictionary update sequence element #" + i + " has length " + entry.size() + "; 2 is required");
            }
            dict.put(entry.get(0), entry.get(1));
        }
    }

    static Object fromKeys(Run run, Arguments arguments) {
        Dict dict = Dict.empty();
        for (Object key : Values.list(arguments.need(0, "iterable"), run.budget())) {
            dict.put(key, arguments.get(1, "value", None.NONE));
        }
        return dict.values();
    }

    private static Object now(Clock clock, Arguments arguments) {
        String format = Values.text(arguments.need(0, "format"), "format");
        return Dates.format(format, ZonedDateTime.ofInstant(clock.instant(), clock.getZone()));
    }

    /** Makes dicts. */
    private static final class DictType implements Callable, Attributed {
        @Override
        public Object call(Run run, Arguments arguments) {
            return dict(arguments, run);
        }

        @Override
        public @Nullable Object attribute(String name) {
            return name.equals("fromkeys") ? (Callable) Globals::fromKeys : null;
        }

        @Override
        public String typeName() {
            return "dict";
        }
    }

    /** Gives nothing the first time and the separator from then on. */
    private static final class Joiner implements Callable, Attributed {
        private final Object separator;
        private boolean used;

        Joiner(Object separator) {
            this.separator = separator;
        }

        @Override
        public Object call(Run run, Arguments arguments) {
            Object result = used ? separator : "";
            used = true;
            return result;
        }

        @Override
        public @Nullable Object attribute(String name) {
            return name.equals("sep") ? separator : name.equals("used") ? (Object) used : null;
        }

        @Override
        public String typeName() {
            return "Joiner";
        }
    }

    /** Gives its items in turn. */
    private static final class Cycler implements Attributed {
        private final List<Object> items;
        private int position;

        Cycler(List<Object> items) {
            if (items.isEmpty()) {
                throw JinjaError.runtime("at least one item has to be provided");
            }
            this.items = items;
        }

        @Override
        public @Nullable Object attribute(String name) {
            return switch (name) {
                case "current" -> items.get(position);
                case "items" -> Tuple.of(items);
                case "pos" -> (long) position;
                case "next" ->
                    (Callable) (run, arguments) -> {
                        Object item = items.get(position);
                        position = (position + 1) % items.size();
                        return item;
                    };
                case "reset" ->
                    (Callable) (run, arguments) -> {
                        position = 0;
                        return None.NONE;
                    };
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "Cycler";
        }
    }
}
