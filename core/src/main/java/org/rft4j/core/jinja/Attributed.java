package org.rft4j.core.jinja;

import org.jspecify.annotations.Nullable;

/** A value with attributes of its own: a loop, a namespace, a macro, a cycler. */
interface Attributed {
    /** The attribute, or null where there is none of that name. */
    @Nullable
    Object attribute(String name);

    /** Python's name of the type. */
    String typeName();
}
