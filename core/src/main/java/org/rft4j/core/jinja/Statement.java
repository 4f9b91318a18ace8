package org.rft4j.core.jinja;

/** A statement of a template. */
interface Statement {
    Flow exec(Run run, Scope scope);

    /** Where it stands in the source. */
    int offset();
}
