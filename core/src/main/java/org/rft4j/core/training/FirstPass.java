package org.rft4j.core.training;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the first pass of a round tells, when the weights are still those that sampled: how far the policy is from what the sampler said,
 * and from what it said itself when it was asked before.
 */
final class FirstPass {
    private long tokens;

    private double sum;

    private double largest;

    private double deviation;

    private boolean deviates;

    void take(boolean[] trained, float[] sampler, float @Nullable [] old, float[] logProbs, int offset) {
        for (int t = 0; t < trained.length; t++) {
            if (!trained[t]) {
                continue;
            }
            if (!Float.isNaN(sampler[t])) {
                double distance = Math.abs((double) logProbs[offset + t] - sampler[t]);
                tokens++;
                sum += distance;
                largest = Math.max(largest, distance);
            }
            if (old != null) {
                deviates = true;
                deviation = Math.max(deviation, Math.abs((double) logProbs[offset + t] - old[t]));
            }
        }
    }

    void tell(Map<String, Double> metrics) {
        if (tokens > 0) {
            metrics.put("sampling/sampling_logp_difference/mean", sum / tokens);
            metrics.put("sampling/sampling_logp_difference/max", largest);
        }
        if (deviates) {
            metrics.put("ratio/first_pass_deviation", deviation);
        }
    }
}
