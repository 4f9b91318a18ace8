package org.rft4j.core.jinja;

/** A test, as {@code is} asks it. */
@FunctionalInterface
interface TestFunction {
    boolean holds(Run run, Object value, Arguments arguments);
}
