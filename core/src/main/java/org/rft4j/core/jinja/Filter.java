package org.rft4j.core.jinja;

/** A filter: a value and arguments in, a value out. */
@FunctionalInterface
interface Filter {
    Object apply(Run run, Object value, Arguments arguments);
}
