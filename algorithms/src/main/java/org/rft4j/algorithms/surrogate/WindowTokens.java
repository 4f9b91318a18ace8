package org.rft4j.algorithms.surrogate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/**
 * The trained tokens of an optimiser step in a row, each with what it adds to the covariance of advantage and log-prob. Host numbers in
 * float64, so that a choice among all tokens depends neither on the device nor on how the step is split.
 */
final class WindowTokens {
    /**
     * A trained token.
     *
     * @param index its place among all trained tokens of the step
     * @param row its sequence
     * @param column its place there
     * @param advantage its advantage
     * @param logRatio of new and old log-prob, 0 where the step has no old ones, because they are the new ones
     * @param covariance (A - mean A) (lp - mean lp), with means over all trained tokens of the step
     */
    record Token(int index, int row, int column, double advantage, double logRatio, double covariance) {}

    private final boolean[][] trained;
    private final List<Token> tokens;

    private WindowTokens(boolean[][] trained, List<Token> tokens) {
        this.trained = trained;
        this.tokens = tokens;
    }

    static WindowTokens of(WindowRows rows) {
        float[][] logProbs = require(rows.currentLogProbs(), "current log-probs", "let needs() ask for them");
        float[][] advantages = require(
                Optional.ofNullable(rows.columns().get(TokenColumn.ADVANTAGE)),
                "column 'advantage'",
                "let the algorithm's estimate() compute it");
        float[][] old = rows.columns().getOrDefault(TokenColumn.OLD_LOG_PROB, logProbs);
        double meanAdvantage = mean(rows.trained(), advantages);
        double meanLogProb = mean(rows.trained(), logProbs);
        List<Token> tokens = new ArrayList<>();
        for (int row = 0; row < rows.trained().length; row++) {
            for (int t = 0; t < rows.trained()[row].length; t++) {
                if (rows.trained()[row][t]) {
                    double advantage = advantages[row][t];
                    double logProb = logProbs[row][t];
                    double covariance = (advantage - meanAdvantage) * (logProb - meanLogProb);
                    tokens.add(new Token(tokens.size(), row, t, advantage, logProb - old[row][t], covariance));
                }
            }
        }
        return new WindowTokens(rows.trained(), tokens);
    }

    /** All of them, row by row. */
    List<Token> tokens() {
        return tokens;
    }

    /** A share of all tokens, rounded down, but at least one. */
    int share(double share) {
        return Math.max(1, (int) (share * tokens.size()));
    }

    /** Those that meet a condition, the first ones in an order: a column with 1 at each of them. */
    float[][] choose(int count, Predicate<Token> condition, Comparator<Token> order) {
        float[][] chosen = new float[trained.length][];
        for (int row = 0; row < chosen.length; row++) {
            chosen[row] = new float[trained[row].length];
        }
        tokens.stream()
                .filter(condition)
                .sorted(order)
                .limit(count)
                .forEach(token -> chosen[token.row()][token.column()] = 1);
        return chosen;
    }

    private static double mean(boolean[][] trained, float[][] values) {
        double sum = 0;
        long count = 0;
        for (int row = 0; row < trained.length; row++) {
            for (int t = 0; t < trained[row].length; t++) {
                sum += trained[row][t] ? values[row][t] : 0;
                count += trained[row][t] ? 1 : 0;
            }
        }
        return sum / Math.max(1, count);
    }

    private static float[][] require(Optional<float[][]> values, String what, String wayOut) {
        Check.that(values.isPresent(), what + " of an optimiser step", "absent", "must be there", wayOut);
        return values.orElseThrow();
    }
}
