package org.rft4j.cli.bind;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key of a section is where it is not given. A key without it must be there, unless it is optional or a list. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Otherwise {
    /**
     * The value.
     *
     * @return as it would stand in the file
     */
    String value();
}
