package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Filters that pick, change, order and group items, by tests, filters and attributes. */
final class SelectionFilters {
    private SelectionFilters() {}

    static void register(Map<String, Filter> filters) {
        filters.put("map", SelectionFilters::map);
        filters.put("select", (run, v, a) -> select(run, v, a, true, false));
        filters.put("reject", (run, v, a) -> select(run, v, a, false, false));
        filters.put("selectattr", (run, v, a) -> select(run, v, a, true, true));
        filters.put("rejectattr", (run, v, a) -> select(run, v, a, false, true));
        Filters.put(filters, "sort", List.of("reverse", "case_sensitive", "attribute"), SelectionFilters::sort);
        Filters.put(filters, "dictsort", List.of("case_sensitive", "by", "reverse"), SelectionFilters::dictSort);
        Filters.put(filters, "unique", List.of("case_sensitive", "attribute"), SelectionFilters::unique);
        Filters.put(filters, "min", List.of("case_sensitive", "attribute"), (run, v, a) -> extreme(run, v, a, true));
        Filters.put(filters, "max", List.of("case_sensitive", "attribute"), (run, v, a) -> extreme(run, v, a, false));
        Filters.put(filters, "groupby", List.of("attribute", "default", "case_sensitive"), SelectionFilters::groupBy);
    }

    private static Object map(Run run, Object value, Arguments arguments) {
        if (!Values.truth(value)) {
            return Lazy.over(Collections.emptyIterator());
        }
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            for (String name : arguments.named().keySet()) {
                if (!name.equals("attribute") && !name.equals("default")) {
                    throw JinjaError.runtime("Unexpected keyword argument " + Repr.quote(name));
                }
            }
            Paths path = Paths.of(arguments.need(0, "attribute"));
            Object otherwise = arguments.get(1, "default", None.NONE);
            return mapped(run, value, item -> path.follow(item, otherwise, run));
        }
        if (arguments.positional().isEmpty()) {
            throw JinjaError.runtime("map requires a filter argument");
        }
        String filter = Values.text(arguments.need(0, "name"), "filter name");
        Arguments rest = arguments.withoutFirst(1);
        return mapped(run, value, item -> Filters.apply(filter, run, item, rest));
    }

    private static Lazy mapped(Run run, Object value, Function<Object, Object> change) {
        return Lazy.map(Values.iterate(value), item -> {
            run.budget().step();
            return change.apply(item);
        });
    }

    private static Object select(Run run, Object value, Arguments arguments, boolean wanted, boolean byAttribute) {
        if (!Values.truth(value)) {
            return Lazy.over(Collections.emptyIterator());
        }
        if (byAttribute && arguments.positional().isEmpty()) {
            throw JinjaError.runtime("Missing parameter for attribute name");
        }
        Paths path = Paths.of(byAttribute ? arguments.need(0, "attribute") : None.NONE);
        Arguments test = byAttribute ? arguments.withoutFirst(1) : arguments;
        return Lazy.filter(Values.iterate(value), item -> {
            run.budget().step();
            return holds(run, path.follow(item, run), test) == wanted;
        });
    }

    private static boolean holds(Run run, Object value, Arguments test) {
        if (test.positional().isEmpty()) {
            return Values.truth(value);
        }
        String name = Values.text(test.need(0, "name"), "test name");
        TestFunction known = Tests.find(name);
        if (known == null) {
            throw JinjaError.runtime("No test named " + Repr.quote(name) + ".");
        }
        return known.holds(run, value, test.withoutFirst(1));
    }

    private static Object sort(Run run, Object value, Arguments arguments) {
        List<Paths> paths = Paths.several(arguments.get(2, "attribute", None.NONE));
        boolean exact = arguments.flag(1, "case_sensitive");
        List<Object> items = Values.list(value, run.budget());
        List<Object> keys = new ArrayList<>();
        for (Object item : items) {
            List<Object> key = new ArrayList<>();
            for (Paths path : paths) {
                Object part = path.follow(item, run);
                key.add(exact ? part : Paths.ignoreCase(part));
            }
            keys.add(key);
        }
        return Compare.sort(items, keys, arguments.flag(0, "reverse"), run.budget());
    }

    private static Object dictSort(Run run, Object value, Arguments arguments) {
        Object by = arguments.get(1, "by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw JinjaError.runtime("You can only sort by either \"key\" or \"value\"");
        }
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw JinjaError.runtime(Repr.quote(Types.name(value)) + " object has no attribute 'items'");
        }
        List<Object> items = Values.list(new DictView(Dict.of(map).values(), DictView.Kind.ITEMS), run.budget());
        boolean exact = arguments.flag(0, "case_sensitive");
        List<Object> keys = new ArrayList<>();
        for (Object item : items) {
            Object key = ((Tuple) item).items().get(by.equals("key") ? 0 : 1);
            keys.add(exact ? key : Paths.ignoreCase(key));
        }
        return Compare.sort(items, keys, arguments.flag(2, "reverse"), run.budget());
    }

    private static Object unique(Run run, Object value, Arguments arguments) {
        Paths path = Paths.of(arguments.get(1, "attribute", None.NONE));
        boolean exact = arguments.flag(0, "case_sensitive");
        Dict seen = Dict.empty();
        return Lazy.filter(Values.iterate(value), item -> {
            run.budget().step();
            Object found = path.follow(item, run);
            Object key = exact ? found : Paths.ignoreCase(found);
            boolean fresh = !seen.containsKey(key);
            seen.put(key, true);
            return fresh;
        });
    }

    private static Object extreme(Run run, Object value, Arguments arguments, boolean least) {
        Paths path = Paths.of(arguments.get(1, "attribute", None.NONE));
        boolean exact = arguments.flag(0, "case_sensitive");
        Iterator<Object> items = Values.iterate(value);
        if (!items.hasNext()) {
            return Undefined.hint("No aggregated item, sequence was empty.");
        }
        Object best = items.next();
        Object bestKey = key(best, path, exact, run);
        while (items.hasNext()) {
            run.budget().step();
            Object item = items.next();
            Object key = key(item, path, exact, run);
            if (Compare.order(least ? "<" : ">", key, bestKey, run.budget())) {
                best = item;
                bestKey = key;
            }
        }
        return best;
    }

    private static Object key(Object item, Paths path, boolean exact, Run run) {
        Object found = path.follow(item, run);
        return exact ? found : Paths.ignoreCase(found);
    }

    private static Object groupBy(Run run, Object value, Arguments arguments) {
        Paths path = Paths.of(arguments.need(0, "attribute"));
        Object otherwise = arguments.get(1, "default", None.NONE);
        boolean exact = arguments.flag(2, "case_sensitive");
        List<Object> items = Values.list(value, run.budget());
        Function<Object, Object> key = item -> {
            Object found = path.follow(item, otherwise, run);
            return exact ? found : Paths.ignoreCase(found);
        };
        List<Object> keys = items.stream().map(key).toList();
        List<Object> groups = new ArrayList<>();
        List<Object> group = new ArrayList<>();
        for (Object item : Compare.sort(items, keys, false, run.budget())) {
            boolean same = !group.isEmpty() && Compare.equal(key.apply(group.get(0)), key.apply(item), run.budget());
            if (!same) {
                group = new ArrayList<>();
                groups.add(Tuple.group(path.follow(item, otherwise, run), group));
            }
            group.add(item);
        }
        return groups;
    }
}
