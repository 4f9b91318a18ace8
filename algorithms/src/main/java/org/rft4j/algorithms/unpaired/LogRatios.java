package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Objects;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/** Log of how much likelier the policy makes an answer than something else does: sums over its trained tokens. */
final class LogRatios {
    private LogRatios() {}

    /** Against the reference: [B], it carries gradients. */
    static NDArray of(LossInput input) {
        return against(input, TokenColumn.REFERENCE_LOG_PROB);
    }

    /** Against a column: [B], it carries gradients. */
    static NDArray against(LossInput input, TokenColumn column) {
        return input.sequenceSums(input.logProbs().sub(input.column(column)));
    }

    /** The policy's sums of this moment over all rows of a step. */
    static double[] policySums(WindowRows rows) {
        float[][] current = rows.currentLogProbs().orElse(null);
        Check.that(
                current != null, "current log-probs of a step", "absent", "must be there", "let needs() ask for them");
        return sums(rows, Objects.requireNonNull(current));
    }

    /** The reference's sums over all rows of a step. */
    static double[] referenceSums(WindowRows rows) {
        return sums(rows, column(rows, TokenColumn.REFERENCE_LOG_PROB));
    }

    /** A number of each row of a step. */
    static double[] numbers(WindowRows rows, TokenColumn column) {
        float[][] beside = column(rows, column);
        double[] numbers = new double[beside.length];
        for (int row = 0; row < numbers.length; row++) {
            for (int t = 0; t < beside[row].length; t++) {
                numbers[row] = rows.trained()[row][t] ? beside[row][t] : numbers[row];
            }
        }
        return numbers;
    }

    /** Numbers of rows as a column. */
    static float[][] spread(WindowRows rows, double[] numbers) {
        float[][] column = new float[numbers.length][];
        for (int row = 0; row < numbers.length; row++) {
            column[row] = new float[rows.trained()[row].length];
            java.util.Arrays.fill(column[row], (float) numbers[row]);
        }
        return column;
    }

    /** One number as a column of all rows. */
    static float[][] spread(WindowRows rows, double number) {
        double[] numbers = new double[rows.trained().length];
        java.util.Arrays.fill(numbers, number);
        return spread(rows, numbers);
    }

    private static float[][] column(WindowRows rows, TokenColumn column) {
        Map<TokenColumn, float[][]> columns = rows.columns();
        Check.that(
                columns.containsKey(column),
                "column '" + column.name() + "' of a step",
                "absent",
                "must be there",
                "let the arrangement give it to each row, or needs() ask for it");
        return Objects.requireNonNull(columns.get(column));
    }

    private static double[] sums(WindowRows rows, float[][] perToken) {
        double[] sums = new double[perToken.length];
        for (int row = 0; row < sums.length; row++) {
            for (int t = 0; t < perToken[row].length; t++) {
                sums[row] += rows.trained()[row][t] ? perToken[row][t] : 0;
            }
        }
        return sums;
    }
}
