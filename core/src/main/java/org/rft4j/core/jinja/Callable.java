package org.rft4j.core.jinja;

/** A value that can be called. */
@FunctionalInterface
interface Callable {
    Object call(Run run, Arguments arguments);
}
