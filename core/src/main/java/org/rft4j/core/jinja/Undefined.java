package org.rft4j.core.jinja;

import org.rft4j.core.jinja.TemplateException.Kind;

/** What a missing name or attribute evaluates to: prints as nothing, tests as false, and fails in everything else. */
record Undefined(String message, Kind kind) {
    static Undefined name(String name) {
        return new Undefined(Repr.quote(name) + " is undefined", Kind.UNDEFINED);
    }

    static Undefined hint(String message) {
        return new Undefined(message, Kind.UNDEFINED);
    }

    static Undefined member(Object of, Object name) {
        String type = Types.describe(of);
        return new Undefined(
                name instanceof CharSequence
                        ? Repr.quote(type) + " has no attribute " + Repr.quote(name.toString())
                        : type + " has no element " + Repr.short_(name),
                Kind.UNDEFINED);
    }

    static Undefined unsafe(Object of, String name) {
        return new Undefined(
                "access to attribute " + Repr.quote(name) + " of " + Repr.quote(Types.name(of)) + " object is unsafe.",
                Kind.SECURITY);
    }

    JinjaError error() {
        return JinjaError.of(kind, message);
    }
}
