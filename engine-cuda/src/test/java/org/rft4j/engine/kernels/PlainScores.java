package org.rft4j.engine.kernels;

import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The plain twin of the head without filters: log-probs and entropies over full logits, 0 where the mask is 0. */
record PlainScores(long[] ids, double @Nullable [] mask, double temperature) {

    double[] logProbs(HeadFixture fixture) {
        double[] result = new double[ids.length];
        for (int i = 0; i < result.length; i++) {
            if (computes(i)) {
                result[i] = distribution(fixture, i)[Math.toIntExact(ids[i])];
            }
        }
        return result;
    }

    double[] entropies(HeadFixture fixture) {
        return perPosition(fixture, PlainDistributions::entropy);
    }

    /** Any function of the distribution of each position. */
    double[] perPosition(HeadFixture fixture, ToDoubleFunction<double[]> ofLogProbs) {
        double[] result = new double[ids.length];
        for (int i = 0; i < result.length; i++) {
            if (computes(i)) {
                result[i] = ofLogProbs.applyAsDouble(distribution(fixture, i));
            }
        }
        return result;
    }

    double[] distribution(HeadFixture fixture, int position) {
        return PlainDistributions.logSoftmax(fixture.logits(position), temperature);
    }

    boolean computes(int position) {
        return mask == null || mask[position] != 0;
    }
}
