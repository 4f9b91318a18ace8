package org.rft4j.core.report;

import java.util.Locale;

/** The names of enums as words. */
final class Words {
    private Words() {}

    /** {@code no more data} of {@code NO_MORE_DATA}. */
    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
