package org.rft4j.core.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. Looks ahead only when asked, so that lazy items are computed as late as in Python. */
final class LoopContext implements Attributed, Callable {
    private final Object iterable;
    private final int depth;
    private final @Nullable Recursion recursion;
    private final Run run;
    private Iterator<Object> items;
    private int index0 = -1;
    private int length = -1;
    private @Nullable Object after;
    private @Nullable Object current;
    private @Nullable Object before;
    private @Nullable List<Object> changed;

    /** Renders the loop's body over other items. */
    interface Recursion {
        Object render(Object items, int depth);
    }

    LoopContext(Object iterable, int depth, @Nullable Recursion recursion, Run run) {
        this.iterable = iterable;
        this.depth = depth;
        this.recursion = recursion;
        this.run = run;
        items = Values.iterate(iterable);
    }

    boolean hasNext() {
        return after != null || items.hasNext();
    }

    Object next() {
        Object item = after != null ? after : items.next();
        after = null;
        index0++;
        before = current;
        current = item;
        return item;
    }

    /** A loop can itself be looped over: it gives the rest of its items, each with the loop. */
    Iterator<Object> pairs() {
        List<Object> pairs = new ArrayList<>();
        while (hasNext()) {
            run.budget().step();
            pairs.add(Tuple.of(next(), this));
        }
        return pairs.iterator();
    }

    int length() {
        if (length < 0) {
            if (Values.isSized(iterable)) {
                length = Values.length(iterable);
            } else {
                List<Object> rest = Values.list(Lazy.over(items), run.budget());
                items = rest.iterator();
                length = rest.size() + index0 + 1 + (after == null ? 0 : 1);
            }
        }
        return length;
    }

    private @Nullable Object peek() {
        if (after == null && items.hasNext()) {
            after = items.next();
        }
        return after;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return switch (name) {
            case "index" -> index0 + 1L;
            case "index0" -> (long) index0;
            case "first" -> index0 == 0;
            case "last" -> peek() == null;
            case "length" -> (long) length();
            case "revindex" -> (long) length() - index0;
            case "revindex0" -> length() - index0 - 1L;
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> before == null ? Undefined.hint("there is no previous item") : before;
            case "nextitem" -> {
                Object next = peek();
                yield next == null ? Undefined.hint("there is no next item") : next;
            }
            case "cycle" -> (Callable) (r, arguments) -> cycle(arguments.positional());
            case "changed" -> (Callable) (r, arguments) -> changed(arguments.positional());
            default -> null;
        };
    }

    private Object cycle(List<Object> values) {
        if (values.isEmpty()) {
            throw JinjaError.runtime("no items for cycling given");
        }
        return values.get(index0 % values.size());
    }

    private boolean changed(List<Object> values) {
        boolean same = changed != null && Compare.equal(Tuple.of(changed), Tuple.of(values), run.budget());
        changed = values;
        return !same;
    }

    @Override
    public Object call(Run caller, Arguments arguments) {
        if (recursion == null) {
            throw JinjaError.runtime("The loop must have the 'recursive' marker to be called recursively.");
        }
        return recursion.render(arguments.need(0, "iterable"), depth + 1);
    }

    @Override
    public String typeName() {
        return "LoopContext";
    }

    @Override
    public String toString() {
        return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
    }
}
