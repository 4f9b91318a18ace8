package org.rft4j.core.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All filters by name. */
final class Filters {
    private static final Map<String, Filter> FILTERS = new HashMap<>();

    /** Filters of Jinja that no chat template needs and that would be large. */
    private static final Set<String> LEFT_OUT = Set.of("pprint", "random", "urlize", "wordwrap");

    private Filters() {}

    static {
        TextFilters.register(FILTERS);
        NumberFilters.register(FILTERS);
        SequenceFilters.register(FILTERS);
        SelectionFilters.register(FILTERS);
        LEFT_OUT.forEach(name -> FILTERS.put(name, (run, value, a) -> {
            throw JinjaError.runtime("filter " + Repr.quote(name) + " is not supported");
        }));
    }

    static @Nullable Filter find(String name) {
        return FILTERS.get(name);
    }

    static Object apply(String name, Run run, Object value, Arguments arguments) {
        Filter filter = find(name);
        if (filter == null) {
            throw JinjaError.runtime("No filter named " + Repr.quote(name) + ".");
        }
        return filter.apply(run, value, arguments);
    }

    /** A filter whose arguments must be among these. */
    static void put(Map<String, Filter> filters, String name, List<String> parameters, Filter filter) {
        String[] names = parameters.toArray(String[]::new);
        filters.put(name, (run, value, a) -> filter.apply(run, value, a.only("do_" + name, names)));
    }
}
