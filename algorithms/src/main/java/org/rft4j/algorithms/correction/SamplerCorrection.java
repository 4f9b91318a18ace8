package org.rft4j.algorithms.correction;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.engine.Check;

/**
 * Weighs tokens by how likely they are under the trainer's old log-probs against those of the sampler that drew them:
 * {@code ratio = p_old / p_sampler}, bounded. It is a constant factor of the policy's loss; KL and entropy are not weighed, and a token
 * that is masked still counts in what the loss is divided by, as in TRL.
 *
 * <p>Differences from TRL: a ratio over a sequence is the geometric mean unless told otherwise; metrics are of the ratio before it is
 * bounded, so that they show the mismatch and not the bound; log-ratios are clamped to 20 before the exponential, as in verl. Rows
 * whose sampler log-probs are not known keep factor 1.
 *
 * <p>Metrics: {@code sampling/importance_sampling_ratio/min|mean|max} over tokens, {@code sampling/sampling_logp_difference/mean|max}.
 *
 * @param over what a ratio is taken over
 * @param outside what becomes of one outside the bounds
 * @param low the smallest ratio that is kept
 * @param high the largest
 */
public record SamplerCorrection(RatioOver over, OutOfBounds outside, double low, double high) {
    /** Sequences whose mean ratio is above 3 are not trained: TRL's default, but for the mean. */
    public static final SamplerCorrection SEQUENCE_MASK =
            new SamplerCorrection(RatioOver.SEQUENCE_MEAN, OutOfBounds.MASKED, 0, 3);

    /** TRL's default, the product of a sequence's ratios included. */
    public static final SamplerCorrection TRL =
            new SamplerCorrection(RatioOver.SEQUENCE_PRODUCT, OutOfBounds.MASKED, 0, 3);

    /** IcePop ("Every Step Evolves", arXiv 2510.18855): tokens outside [0.5, 5] are not trained. */
    public static final SamplerCorrection ICE_POP = new SamplerCorrection(RatioOver.TOKEN, OutOfBounds.MASKED, 0.5, 5);

    /** Truncated importance sampling as open-instruct runs it: at most 2 for each token. */
    public static final SamplerCorrection TRUNCATED =
            new SamplerCorrection(RatioOver.TOKEN, OutOfBounds.TRUNCATED, 0, 2);

    private static final double LARGEST_LOG_RATIO = 20;

    /** Checks the bounds. */
    public SamplerCorrection {
        Check.that(
                low >= 0 && low <= high && high < Double.POSITIVE_INFINITY,
                "bounds of the sampler's ratio",
                "[" + low + ", " + high + "]",
                "must be in order, at least 0 and finite",
                "use [0, 3] for sequences, [0.5, 5] for tokens");
    }

    /**
     * Factors, and what the ratios were.
     *
     * @param factors [rows][tokens], 1 where a token is not trained or nothing is known
     * @param metrics by name; none if no token was compared
     */
    public record Result(float[][] factors, Map<String, Double> metrics) {}

    /**
     * Computes the factors of all rows.
     *
     * @param oldLogProbs [rows][tokens] under the trainer
     * @param samplerLogProbs [rows][tokens], empty for rows where they are not known
     * @param trained [rows][tokens]
     * @return factors and metrics
     */
    public Result apply(float[][] oldLogProbs, List<Optional<float[]>> samplerLogProbs, boolean[][] trained) {
        Statistics statistics = new Statistics();
        float[][] factors = new float[trained.length][];
        for (int row = 0; row < trained.length; row++) {
            factors[row] = new float[trained[row].length];
            java.util.Arrays.fill(factors[row], 1);
            int[] places = places(trained[row]);
            if (samplerLogProbs.get(row).isPresent() && places.length > 0) {
                fill(factors[row], oldLogProbs[row], samplerLogProbs.get(row).orElseThrow(), places, statistics);
            }
        }
        return new Result(factors, statistics.metrics());
    }

    private void fill(float[] factors, float[] old, float[] sampler, int[] places, Statistics statistics) {
        double[] logRatios = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            logRatios[i] = (double) old[places[i]] - sampler[places[i]];
            statistics.addDifference(Math.abs(logRatios[i]));
        }
        double[] acting = over.of(logRatios);
        for (int i = 0; i < places.length; i++) {
            double ratio = Math.exp(Math.min(LARGEST_LOG_RATIO, Math.max(-LARGEST_LOG_RATIO, acting[i])));
            statistics.addRatio(ratio);
            factors[places[i]] = (float) outside.apply(ratio, low, high);
        }
    }

    private static int[] places(boolean[] trained) {
        return java.util.stream.IntStream.range(0, trained.length)
                .filter(t -> trained[t])
                .toArray();
    }

    private static final class Statistics {
        private int count;
        private double differences;
        private double largestDifference;
        private double ratios;
        private double smallest = Double.POSITIVE_INFINITY;
        private double largest;

        void addDifference(double difference) {
            differences += difference;
            largestDifference = Math.max(largestDifference, difference);
        }

        void addRatio(double ratio) {
            count++;
            ratios += ratio;
            smallest = Math.min(smallest, ratio);
            largest = Math.max(largest, ratio);
        }

        Map<String, Double> metrics() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            if (count > 0) {
                metrics.put("sampling/importance_sampling_ratio/min", smallest);
                metrics.put("sampling/importance_sampling_ratio/mean", ratios / count);
                metrics.put("sampling/importance_sampling_ratio/max", largest);
                metrics.put("sampling/sampling_logp_difference/mean", differences / count);
                metrics.put("sampling/sampling_logp_difference/max", largestDifference);
            }
            return metrics;
        }
    }
}
