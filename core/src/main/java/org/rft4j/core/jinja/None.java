package org.rft4j.core.jinja;

/** Python's None, which Java's null would let slip out of checks. */
enum None {
    NONE
}
