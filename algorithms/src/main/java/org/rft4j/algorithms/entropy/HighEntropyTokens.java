package org.rft4j.algorithms.entropy;

import java.util.Arrays;
import org.rft4j.engine.Check;

/**
 * Lets the policy's loss see only the tokens with the highest entropy of a round.
 *
 * <p>"Beyond the 80/20 Rule" (arXiv 2506.01939), which uses 0.2; TRL's {@code top_entropy_quantile}. The other tokens still count in what
 * the loss is divided by, as in TRL.
 *
 * <p>Difference: TRL takes entropies of the current weights and the quantile of a micro-batch; here both are of the weights with which the
 * round began and of all its rows, so that the choice does not depend on the split.
 *
 * @param fraction how many of the trained tokens are seen
 */
public record HighEntropyTokens(double fraction) {
    /** Checks the fraction. */
    public HighEntropyTokens {
        Check.that(
                fraction > 0 && fraction <= 1,
                "fraction of high-entropy tokens",
                fraction,
                "must be above 0 and at most 1",
                "use 0.2 as the paper does, or leave the choice out");
    }

    /**
     * Sets the factor of all other tokens to 0.
     *
     * @param entropies [rows][tokens]
     * @param trained [rows][tokens]
     * @param factors [rows][tokens], changed in place
     */
    public void apply(float[][] entropies, boolean[][] trained, float[][] factors) {
        double threshold = threshold(entropies, trained);
        for (int row = 0; row < trained.length; row++) {
            for (int t = 0; t < trained[row].length; t++) {
                if (entropies[row][t] < threshold) {
                    factors[row][t] = 0;
                }
            }
        }
    }

    /** The quantile {@code 1 - fraction} of the trained tokens' entropies, interpolated as torch and numpy do. */
    private double threshold(float[][] entropies, boolean[][] trained) {
        int count = 0;
        for (boolean[] row : trained) {
            for (boolean one : row) {
                count += one ? 1 : 0;
            }
        }
        double[] sorted = new double[count];
        int filled = 0;
        for (int row = 0; row < trained.length; row++) {
            for (int t = 0; t < trained[row].length; t++) {
                if (trained[row][t]) {
                    sorted[filled++] = entropies[row][t];
                }
            }
        }
        if (count == 0) {
            return 0;
        }
        Arrays.sort(sorted);
        double place = (1 - fraction) * (count - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(count - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
