package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/** What these losses share. */
final class Likelihood {
    private Likelihood() {}

    /** What all of them tell: the loss of plain fine-tuning and the mean probability, both over trained tokens. */
    static LossMetrics metrics(LossInput input) {
        NDArray constant = input.logProbs().stopGradient();
        return new LossMetrics()
                .share("nll_loss", input.tokenMean(constant.neg()))
                .share("token_probability", input.tokenMean(constant.exp()));
    }

    /** The share of a micro-batch in a mean over the sequences of the optimiser step. */
    static NDArray rowMean(LossInput input, NDArray perRow) {
        return perRow.sum().div(Math.max(1, input.window().rows()));
    }

    /** A number that each row has, read beside its first trained token; 0 for a row without one, which is never run. */
    static double[] ofRows(WindowRows rows, TokenColumn column) {
        float[][] beside = rows.columns().get(column);
        double[] numbers = new double[rows.trained().length];
        for (int row = 0; row < numbers.length; row++) {
            int first = first(rows.trained()[row]);
            if (first >= 0) {
                numbers[row] = beside == null ? Float.NaN : beside[row][first];
                Check.that(
                        Double.isFinite(numbers[row]),
                        column.name() + " of row " + row + " of an optimiser step",
                        beside == null ? "absent" : numbers[row],
                        "must be finite",
                        "let the arrangement put it beside each row, see ExampleRow.withNumber");
            }
        }
        return numbers;
    }

    /** One number for each row as a column. */
    static float[][] spread(WindowRows rows, double[] numbers) {
        float[][] beside = new float[numbers.length][];
        for (int row = 0; row < numbers.length; row++) {
            beside[row] = new float[rows.trained()[row].length];
            Arrays.fill(beside[row], (float) numbers[row]);
        }
        return beside;
    }

    /** How many tokens of each row are trained. */
    static int[] lengths(WindowRows rows) {
        int[] lengths = new int[rows.trained().length];
        for (int row = 0; row < lengths.length; row++) {
            for (boolean one : rows.trained()[row]) {
                lengths[row] += one ? 1 : 0;
            }
        }
        return lengths;
    }

    /** Whether a column is 0 beside every trained token. */
    static boolean isZero(Map<TokenColumn, float[]> columns, TokenColumn column, boolean[] trained) {
        float[] beside = columns.get(column);
        for (int t = 0; t < trained.length; t++) {
            if (trained[t] && (beside == null || beside[t] != 0)) {
                return false;
            }
        }
        return true;
    }

    private static int first(boolean[] trained) {
        for (int t = 0; t < trained.length; t++) {
            if (trained[t]) {
                return t;
            }
        }
        return -1;
    }
}
