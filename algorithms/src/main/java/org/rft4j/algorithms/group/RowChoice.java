package org.rft4j.algorithms.group;

import org.rft4j.algorithms.advantage.TokenAdvantages;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.engine.Check;

/**
 * Which rows are trained. The rewards of the others still count in baselines, but they do not count in what the loss is divided by.
 *
 * @param truncated whether rows of episodes that were cut off are trained. DAPO's overlong filtering and TRL's
 *     {@code mask_truncated_completions} leave them out
 * @param smallestAdvantage rows whose advantages are all of smaller magnitude are left out; 0 = none
 */
public record RowChoice(boolean truncated, double smallestAdvantage) {
    /** Every row. */
    public static final RowChoice ALL = new RowChoice(true, 0);

    /** Rows of episodes that came to their end. */
    public static final RowChoice ENDED = new RowChoice(false, 0);

    /** Checks the number. */
    public RowChoice {
        Check.that(
                smallestAdvantage >= 0 && smallestAdvantage < Double.POSITIVE_INFINITY,
                "smallestAdvantage",
                smallestAdvantage,
                "must be finite and at least 0",
                "use 0 to train every row");
    }

    boolean takes(TrainingRow row, TokenAdvantages advantages, int index) {
        return (truncated || !row.sequence().source().truncated()) && largest(advantages, index) >= smallestAdvantage;
    }

    private static double largest(TokenAdvantages advantages, int row) {
        int columns = advantages.mask().columns();
        double largest = 0;
        for (int i = row * columns; i < (row + 1) * columns; i++) {
            largest = Math.max(largest, Math.abs(advantages.advantages()[i]));
        }
        return largest;
    }
}
