package org.rft4j.algorithms.unpaired;

import java.util.OptionalInt;

/** Whose answer is put behind a prompt to make a mismatched pair. */
public enum Neighbour {
    /** That of the example before, of the first the last one's: TRL. */
    PREVIOUS {
        @Override
        OptionalInt of(int example, int examples) {
            return OptionalInt.of((example + examples - 1) % examples);
        }
    },

    /** That of the example behind, of the last the first one's: HALOs. */
    NEXT {
        @Override
        OptionalInt of(int example, int examples) {
            return OptionalInt.of((example + 1) % examples);
        }
    },

    /** Nobody's: for losses that compare with no mismatched pairs. */
    NONE {
        @Override
        OptionalInt of(int example, int examples) {
            return OptionalInt.empty();
        }
    };

    abstract OptionalInt of(int example, int examples);
}
