package org.rft4j.core.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Python's generator: computes its items when asked and gives each once. Templates can tell: a filter's test may read what
 * the loop's body writes.
 */
final class Lazy implements Iterator<Object> {
    private final Iterator<Object> source;
    private final Predicate<Object> keep;
    private final Function<Object, Object> change;
    private @Nullable Object ahead;

    private Lazy(Iterator<Object> source, Predicate<Object> keep, Function<Object, Object> change) {
        this.source = source;
        this.keep = keep;
        this.change = change;
    }

    static Lazy over(Iterator<Object> source) {
        return new Lazy(source, item -> true, item -> item);
    }

    static Lazy map(Iterator<Object> source, Function<Object, Object> change) {
        return new Lazy(source, item -> true, change);
    }

    static Lazy filter(Iterator<Object> source, Predicate<Object> keep) {
        return new Lazy(source, keep, item -> item);
    }

    @Override
    public boolean hasNext() {
        while (ahead == null && source.hasNext()) {
            Object item = source.next();
            if (keep.test(item)) {
                ahead = change.apply(item);
            }
        }
        return ahead != null;
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Object item = ahead;
        ahead = null;
        return java.util.Objects.requireNonNull(item);
    }
}
