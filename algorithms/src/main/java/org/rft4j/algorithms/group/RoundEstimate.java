package org.rft4j.algorithms.group;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.algorithms.advantage.TokenAdvantages;
import org.rft4j.algorithms.correction.SamplerCorrection;
import org.rft4j.algorithms.kl.KlEstimator;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.engine.Check;

/** One call of {@link GroupPolicyGradient#estimate}: host numbers only. */
final class RoundEstimate {
    private final GroupOptions options;
    private final List<TrainingRow> rows;
    private final RowScores scores;
    private final boolean[][] trained;
    private final double[][] penalties;
    private final Map<String, Double> metrics = new LinkedHashMap<>();

    RoundEstimate(GroupOptions options, List<TrainingRow> rows, RowScores scores) {
        this.options = options;
        this.rows = rows;
        this.scores = scores;
        trained = new boolean[rows.size()][];
        penalties = new double[rows.size()][];
        for (int row = 0; row < trained.length; row++) {
            boolean[] possible = rows.get(row).sequence().trained();
            trained[row] = rows.get(row).usable() ? possible : new boolean[possible.length];
            penalties[row] = new double[possible.length];
        }
    }

    /** Sequences with a trained token. */
    int sequences() {
        int count = 0;
        for (boolean[] row : trained) {
            count += any(row) ? 1 : 0;
        }
        return count;
    }

    /** Charges distance from the reference; the mean over sequences of the mean estimate of a token, as in verl. */
    double penalise(KlEstimator estimator, double coefficient) {
        float[][] reference = scores.requireReferenceLogProbs();
        double means = 0;
        for (int row = 0; row < trained.length; row++) {
            if (any(trained[row])) {
                float[] old = sampled(row);
                double sum = 0;
                int tokens = 0;
                for (int t = 0; t < old.length; t++) {
                    if (trained[row][t]) {
                        double kl = estimator.of(old[t], reference[row][t]);
                        penalties[row][t] = coefficient * kl;
                        sum += kl;
                        tokens++;
                    }
                }
                means += sum / tokens;
            }
        }
        double mean = means / Math.max(1, sequences());
        metrics.put("kl", mean);
        metrics.put("actor/reward_kl_penalty", mean);
        metrics.put("actor/reward_kl_penalty_coeff", coefficient);
        return mean;
    }

    /** The log-probs that the ratio is taken against. */
    private float[] sampled(int row) {
        if (options.oldLogProbs() != Needs.OldLogProbs.SAMPLER) {
            return scores.requireOldLogProbs()[row];
        }
        Optional<float[]> sampler = rows.get(row).sequence().samplerLogProbs();
        Check.that(
                sampler.isPresent(),
                "sampler log-probs of row " + row,
                "not known",
                "must be there, because " + options.name() + " compares with them",
                "use OldLogProbs.ROUND_START for rows under another prompt than they were drawn under");
        return sampler.orElseThrow();
    }

    Estimate finish() {
        TokenAdvantages advantages = options.advantages().estimate(AdvantageInput.of(rows, trained, penalties));
        int columns = advantages.mask().columns();
        float[][] values = new float[rows.size()][];
        for (int row = 0; row < values.length; row++) {
            boolean taken = options.rows().takes(rows.get(row), advantages, row);
            values[row] = new float[trained[row].length];
            for (int t = 0; t < values[row].length; t++) {
                int i = row * columns + t;
                trained[row][t] &= taken && advantages.mask().isPolicy(i);
                values[row][t] = trained[row][t] ? (float) advantages.advantages()[i] : 0;
            }
        }
        tellAdvantages(values);
        Map<TokenColumn, float[][]> computed = new LinkedHashMap<>();
        computed.put(TokenColumn.ADVANTAGE, values);
        options.correction().ifPresent(correction -> computed.put(TokenColumn.FACTOR, factors(correction)));
        return new Estimate(computed, trained, metrics);
    }

    private float[][] factors(SamplerCorrection correction) {
        List<Optional<float[]>> sampler =
                rows.stream().map(row -> row.sequence().samplerLogProbs()).toList();
        SamplerCorrection.Result result = correction.apply(scores.requireOldLogProbs(), sampler, trained);
        metrics.putAll(result.metrics());
        return result.factors();
    }

    private void tellAdvantages(float[][] values) {
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        double smallest = Double.POSITIVE_INFINITY;
        long tokens = 0;
        for (int row = 0; row < values.length; row++) {
            for (int t = 0; t < values[row].length; t++) {
                if (trained[row][t]) {
                    sum += values[row][t];
                    largest = Math.max(largest, values[row][t]);
                    smallest = Math.min(smallest, values[row][t]);
                    tokens++;
                }
            }
        }
        if (tokens > 0) {
            metrics.put("critic/advantages/mean", sum / tokens);
            metrics.put("critic/advantages/max", largest);
            metrics.put("critic/advantages/min", smallest);
        }
    }

    private static boolean any(boolean[] mask) {
        for (boolean one : mask) {
            if (one) {
                return true;
            }
        }
        return false;
    }
}
