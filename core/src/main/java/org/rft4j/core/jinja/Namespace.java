package org.rft4j.core.jinja;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one value that templates may change: attributes that outlive the loop that sets them. */
record Namespace(Map<Object, Object> values) implements Attributed {
    Namespace {
        values.keySet().forEach(Namespace::check);
    }

    void set(String name, Object value) {
        check(name);
        values.put(name, value);
    }

    private static void check(Object name) {
        if (name instanceof CharSequence text && text.toString().startsWith("_")) {
            throw JinjaError.of(
                    TemplateException.Kind.SECURITY,
                    "Chat templates cannot store underscore-prefixed attributes on a namespace, but got "
                            + Repr.quote(text.toString()) + ". Please rename the attribute.");
        }
    }

    @Override
    public @Nullable Object attribute(String name) {
        return values.get(name);
    }

    @Override
    public String typeName() {
        return "namespace";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
