package org.rft4j.core.trajectory;

import java.util.List;
import org.rft4j.engine.Check;

/**
 * How far the log-probs that a policy gives to tokens are from those under which a sampler drew them, over the trained tokens of a
 * batch. Before the first step on a batch, with the weights that drew it, all of it is rounding; more says that sampler and trainer do
 * not have the same model, the same tokens or the same sampling options.
 *
 * @param tokens how many tokens were compared
 * @param mean the mean distance in nats, 0 without tokens
 * @param largest the largest distance in nats, 0 without tokens; not a number if a log-prob is not, infinite if one is impossible
 */
public record SamplerAgreement(int tokens, double mean, double largest) {
    /** The name under which a trainer logs the mean. */
    public static final String MEAN_METRIC = "sampler/log_prob_distance_mean";

    /** The name under which a trainer logs the largest. */
    public static final String LARGEST_METRIC = "sampler/log_prob_distance_max";

    /**
     * Compares.
     *
     * @param traces what the sampler drew
     * @param logProbs [N,T] in row-major order, the policy's log-probs of the same tokens: row n is trace n, column t its token t
     * @return the distances
     */
    public static SamplerAgreement of(List<TokenTrace> traces, float[] logProbs) {
        Check.that(!traces.isEmpty(), "traces", "none", "must be at least one", "skip empty batches");
        int columns = logProbs.length / traces.size();
        int longest = traces.stream().mapToInt(TokenTrace::length).max().orElse(0);
        Check.that(
                logProbs.length % traces.size() == 0 && columns >= longest,
                "number of log-probs",
                logProbs.length,
                "must be that of the traces, " + traces.size() + ", times at least the longest of them, " + longest,
                "pass PolicyScores.logProbs() of the same batch");
        int tokens = 0;
        double sum = 0;
        double largest = 0;
        for (int n = 0; n < traces.size(); n++) {
            boolean[] trained = traces.get(n).trained();
            float[] drawn = traces.get(n).logProbs();
            for (int t = 0; t < trained.length; t++) {
                if (trained[t]) {
                    double distance = Math.abs((double) logProbs[n * columns + t] - drawn[t]);
                    tokens++;
                    sum += distance;
                    largest = Math.max(largest, distance);
                }
            }
        }
        return new SamplerAgreement(tokens, tokens == 0 ? 0 : sum / tokens, largest);
    }
}
