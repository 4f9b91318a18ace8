package org.rft4j.core.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.checkpoint.CheckpointException;

/** One way out for all that does not fit together. */
final class CheckpointExceptions {
    private CheckpointExceptions() {}

    static void require(boolean condition, Path path, String what, @Nullable Object value, String rule) {
        if (!condition) {
            throw new CheckpointException(
                    path,
                    what,
                    value,
                    rule,
                    "check that config.json belongs to the weights, and that all files are there");
        }
    }
}
