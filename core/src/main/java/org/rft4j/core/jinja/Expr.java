package org.rft4j.core.jinja;

/** An expression of a template. Evaluated through {@link Run#eval}, which counts and knows the place. */
interface Expr {
    Object eval(Run run, Scope scope);

    /** Where it stands in the source. */
    int offset();
}
