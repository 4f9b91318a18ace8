package org.rft4j.core.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Rft4jException;

/** A file is not what it claims to be, or lacks what was asked of it: whoever made the file must act. */
public final class CheckpointException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds the message {@code "<file>: <what> was <value>, <rule>; <wayOut>"}.
     *
     * @param file the file
     * @param what the part of it, for example {@code shape of tensor lm_head.weight}
     * @param value its offending value, short
     * @param rule what it must be, starting with "must"
     * @param wayOut what can be done about it
     */
    public CheckpointException(Path file, String what, @Nullable Object value, String rule, String wayOut) {
        super(file + ": " + what + " was " + value + ", " + rule + "; " + wayOut);
    }

    /**
     * Throws unless the condition holds.
     *
     * @param condition what must be true
     * @param file the file
     * @param what the part of it
     * @param value its value
     * @param rule what it must be, starting with "must"
     * @param wayOut what can be done about it
     */
    public static void check(
            boolean condition, Path file, String what, @Nullable Object value, String rule, String wayOut) {
        if (!condition) {
            throw new CheckpointException(file, what, value, rule, wayOut);
        }
    }
}
