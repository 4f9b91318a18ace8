package org.rft4j.core.data.rows;

import java.io.IOException;
import java.nio.file.Path;
import org.rft4j.engine.Rft4jException;

/** A data set is not what it must be: whoever made it must act. */
public final class DataException extends Rft4jException {
    private static final long serialVersionUID = 1L;

    private final RowProblem problem;

    /**
     * Builds the message {@code "<file>:<line>:<column>: was <found>, <rule>; <wayOut>"}.
     *
     * @param problem what is wrong, and where
     * @param wayOut what can be done about it
     */
    public DataException(RowProblem problem, String wayOut) {
        super(problem + "; " + wayOut);
        this.problem = problem;
    }

    /**
     * Builds the same message, with what was thrown underneath.
     *
     * @param problem what is wrong, and where
     * @param wayOut what can be done about it
     * @param cause the failure underneath
     */
    public DataException(RowProblem problem, String wayOut, Throwable cause) {
        super(problem + "; " + wayOut, cause);
        this.problem = problem;
    }

    /** A file that cannot be read on. */
    static DataException unreadable(Path file, long line, IOException e) {
        return new DataException(
                new RowProblem(file.toString(), line, 0, "", "not readable (" + e + ")", "must be a whole file"),
                "check the path, its permissions, and whether it was copied to its end",
                e);
    }

    /**
     * What is wrong, and where.
     *
     * @return the problem
     */
    public RowProblem problem() {
        return problem;
    }
}
