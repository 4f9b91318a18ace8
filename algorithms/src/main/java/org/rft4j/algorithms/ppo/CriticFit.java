package org.rft4j.algorithms.ppo;

import java.util.Map;
import org.rft4j.algorithms.advantage.TokenMask;

/** How well the critic knew what was to come. */
final class CriticFit {
    /** verl's, so that returns without spread give a number. */
    private static final double EPSILON = 1e-5;

    private CriticFit() {}

    static void tell(Map<String, Double> metrics, TokenMask mask, double[] values, double[] returns) {
        double[] errors = new double[values.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = returns[i] - values[i];
        }
        metrics.put("critic/values/mean", mean(mask, values));
        metrics.put("critic/returns/mean", mean(mask, returns));
        metrics.put("critic/vf_explained_var", 1 - variance(mask, errors) / (variance(mask, returns) + EPSILON));
    }

    private static double mean(TokenMask mask, double[] numbers) {
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            sum += mask.isPolicy(i) ? numbers[i] : 0;
        }
        return sum / Math.max(1, tokens(mask));
    }

    /** Unbiased. */
    private static double variance(TokenMask mask, double[] numbers) {
        double mean = mean(mask, numbers);
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            double deviation = mask.isPolicy(i) ? numbers[i] - mean : 0;
            sum += deviation * deviation;
        }
        return sum / Math.max(1, tokens(mask) - 1);
    }

    private static int tokens(TokenMask mask) {
        int tokens = 0;
        for (int count : mask.lengths()) {
            tokens += count;
        }
        return tokens;
    }
}
