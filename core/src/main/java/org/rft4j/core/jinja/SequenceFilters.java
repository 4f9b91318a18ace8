package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Filters over whole sequences and dicts. */
final class SequenceFilters {
    private SequenceFilters() {}

    static void register(Map<String, Filter> filters) {
        for (String name : List.of("length", "count")) {
            Filters.put(filters, name, List.of(), (run, v, a) -> (long) Values.length(v));
        }
        for (String name : List.of("default", "d")) {
            Filters.put(filters, name, List.of("default_value", "boolean"), (run, v, a) -> {
                boolean missing = v instanceof Undefined || (a.flag(1, "boolean") && !Values.truth(v));
                return missing ? a.get(0, "default_value", "") : v;
            });
        }
        Filters.put(filters, "list", List.of(), (run, v, a) -> Values.list(v, run.budget()));
        Filters.put(filters, "first", List.of(), (run, v, a) -> {
            Iterator<Object> items = Values.iterate(v);
            return items.hasNext() ? items.next() : Undefined.hint("No first item, sequence was empty.");
        });
        Filters.put(filters, "last", List.of(), SequenceFilters::last);
        Filters.put(filters, "reverse", List.of(), SequenceFilters::reverse);
        Filters.put(filters, "items", List.of(), (run, v, a) -> items(v));
        Filters.put(filters, "join", List.of("d", "attribute"), SequenceFilters::join);
        Filters.put(filters, "batch", List.of("linecount", "fill_with"), SequenceFilters::batch);
        Filters.put(filters, "slice", List.of("slices", "fill_with"), SequenceFilters::slice);
        Filters.put(filters, "sum", List.of("attribute", "start"), SequenceFilters::sum);
        Filters.put(filters, "attr", List.of("name"), (run, v, a) -> {
            String name = Values.text(a.need(0, "name"), "attribute name");
            Object found = Members.own(v, name);
            return found == null ? Undefined.member(v, name) : found;
        });
    }

    private static Object last(Run run, Object value, Arguments arguments) {
        if (!Values.isSized(value) || value instanceof LoopContext) {
            throw JinjaError.runtime(Repr.quote(Types.name(value)) + " object is not reversible");
        }
        List<Object> items = Values.list(value, run.budget());
        return items.isEmpty() ? Undefined.hint("No last item, sequence was empty.") : items.get(items.size() - 1);
    }

    private static Object reverse(Run run, Object value, Arguments arguments) {
        if (value instanceof CharSequence) {
            return Slices.slice(value, None.NONE, None.NONE, -1L, run.budget());
        }
        if (!Values.isIterable(value)) {
            throw JinjaError.runtime("argument must be iterable");
        }
        List<Object> items = Values.list(value, run.budget());
        Collections.reverse(items);
        return value instanceof Lazy ? items : Lazy.over(items.iterator());
    }

    private static Object items(Object value) {
        if (value instanceof Undefined) {
            return Lazy.over(Collections.emptyIterator());
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw JinjaError.runtime("Can only get item pairs from a mapping.");
        }
        return Lazy.over(new DictView(Dict.of(map).values(), DictView.Kind.ITEMS).iterator());
    }

    private static Object join(Run run, Object value, Arguments arguments) {
        String separator = Repr.str(arguments.get(0, "d", ""), run.budget());
        Paths path = Paths.of(arguments.get(1, "attribute", None.NONE));
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Iterator<Object> items = Values.iterate(value); items.hasNext(); ) {
            out.append(first ? "" : separator).append(Repr.str(path.follow(items.next(), run), run.budget()));
            first = false;
            run.budget().step();
            run.budget().output(out.length());
        }
        run.budget().value(out.length());
        return out.toString();
    }

    private static Object batch(Run run, Object value, Arguments arguments) {
        long size = Values.integer(arguments.need(0, "linecount"));
        Object fill = arguments.get(1, "fill_with", None.NONE);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object item : Values.list(value, run.budget())) {
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            long missing = fill == None.NONE ? 0 : Math.max(0, size - batch.size());
            run.budget().value(missing);
            batch.addAll(Collections.nCopies((int) missing, fill));
            batches.add(batch);
        }
        return Lazy.over(batches.iterator());
    }

    private static Object slice(Run run, Object value, Arguments arguments) {
        List<Object> items = Values.list(value, run.budget());
        long slices = Values.integer(arguments.need(0, "slices"));
        Object fill = arguments.get(1, "fill_with", None.NONE);
        if (slices == 0) {
            throw JinjaError.runtime("integer division or modulo by zero");
        }
        run.budget().value(slices);
        int size = (int) (items.size() / slices);
        int longer = (int) (items.size() % slices);
        List<Object> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < slices; i++) {
            int end = start + size + (i < longer ? 1 : 0);
            List<Object> part = new ArrayList<>(items.subList(start, end));
            if (fill != None.NONE && i >= longer) {
                part.add(fill);
            }
            parts.add(part);
            start = end;
        }
        return Lazy.over(parts.iterator());
    }

    private static Object sum(Run run, Object value, Arguments arguments) {
        Paths path = Paths.of(arguments.get(0, "attribute", None.NONE));
        Object sum = arguments.get(1, "start", 0L);
        if (sum instanceof CharSequence) {
            throw JinjaError.runtime("sum() can't sum strings [use ''.join(seq) instead]");
        }
        for (Iterator<Object> items = Values.iterate(value); items.hasNext(); ) {
            run.budget().step();
            sum = Arithmetic.add(sum, path.follow(items.next(), run), run.budget());
        }
        return sum;
    }
}
