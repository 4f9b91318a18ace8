package org.rft4j.core.jinja;

/** How a statement ends. */
enum Flow {
    NEXT,
    BREAK,
    CONTINUE
}
