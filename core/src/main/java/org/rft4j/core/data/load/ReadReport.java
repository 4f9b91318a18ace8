package org.rft4j.core.data.load;

import java.util.List;
import org.rft4j.core.data.rows.RowProblem;

/**
 * What was read.
 *
 * @param records how many rows became records
 * @param skipped how many did not
 * @param problems what was wrong with the first of these
 */
public record ReadReport(long records, long skipped, List<RowProblem> problems) {
    /** Copies the list. */
    public ReadReport {
        problems = List.copyOf(problems);
    }
}
