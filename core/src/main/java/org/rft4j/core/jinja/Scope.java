package org.rft4j.core.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a template, a loop's pass, a macro or a block. Reading looks outwards, writing stays inside: what a loop
 * sets is gone after it.
 */
final class Scope {
    private final @Nullable Scope outer;
    private @Nullable Map<String, Object> variables;

    private Scope(@Nullable Scope outer, @Nullable Map<String, Object> variables) {
        this.outer = outer;
        this.variables = variables;
    }

    static Scope of(Map<String, Object> variables) {
        return new Scope(null, variables);
    }

    Scope inner() {
        return new Scope(this, null);
    }

    @Nullable
    Object find(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.variables == null ? null : scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    void set(String name, Object value) {
        if (variables == null) {
            variables = new HashMap<>();
        }
        variables.put(name, value);
    }
}
