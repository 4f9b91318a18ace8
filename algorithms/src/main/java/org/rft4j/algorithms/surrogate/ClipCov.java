package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import java.util.Comparator;
import java.util.Map;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Clip-Cov: {@link PpoClip}, and a few tokens that would cost much entropy are left out. Those are tokens whose advantage and log-prob go
 * together:
 *
 * <pre>
 *   cov = (A - mean A) (lp - mean lp)    over all trained tokens of the optimiser step
 *   L   = 0  for max(1, share of all tokens) drawn from those with smallest &lt; cov &lt; largest, else PpoClip
 * </pre>
 *
 * <p>"The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models" (arXiv 2505.22617). Followed: verl
 * ({@code core_algos.py} at b178a3cd, {@code compute_policy_loss_clip_cov}).
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>verl draws within each micro-batch, from the generator of the process. Here tokens are drawn once per optimiser step among all of
 *       its tokens, with draws of that step, so that the choice does not depend on the split and comes again after a resume.
 *   <li>As in verl, tokens that the clip holds back already are no candidates. The ratio for that is the token's, whatever ratio level the
 *       loss has.
 * </ol>
 *
 * <p>Metrics: those of {@link PpoClip}, and {@code pg_clipfrac}, the share of tokens left out, as verl names it.
 *
 * @param clip what happens to all other tokens
 * @param share of all trained tokens that is left out, above 0 and at most 1
 * @param smallest covariance of a candidate, excluded
 * @param largest covariance of a candidate, excluded
 */
public record ClipCov(PpoClip clip, double share, double smallest, double largest) implements Surrogate {
    /** verl's values. */
    public static final ClipCov VERL = new ClipCov(PpoClip.of(0.2, 0.2), 2e-4, 1, 5);

    private static final TokenColumn LEFT_OUT = new TokenColumn("clip_cov_left_out");

    /** Checks the numbers. */
    public ClipCov {
        Check.that(share > 0 && share <= 1, "share", share, "must be above 0 and at most 1", "use PpoClip for none");
        Check.that(smallest < largest, "smallest", smallest, "must be below largest, which is " + largest, "swap them");
    }

    @Override
    public boolean choosesTokens() {
        return true;
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        WindowTokens tokens = WindowTokens.of(rows);
        KeyedRandom draws = rows.random().derive("clip-cov");
        return Map.of(
                LEFT_OUT,
                tokens.choose(
                        tokens.share(share),
                        token -> token.covariance() > smallest
                                && token.covariance() < largest
                                && !clip.holdsBack(Math.exp(token.logRatio()), token.advantage()),
                        Comparator.comparingDouble(token -> draws.uniform(token.index()))));
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray leftOut = input.batch().column(LEFT_OUT);
        SurrogateMetrics.tellShare("actor/pg_clipfrac", leftOut, input, metrics);
        return clip.perToken(input, metrics).mul(leftOut.neg().add(1));
    }
}
