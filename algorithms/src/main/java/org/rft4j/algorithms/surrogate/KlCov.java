package org.rft4j.algorithms.surrogate;

import ai.djl.ndarray.NDArray;
import java.util.Comparator;
import java.util.Map;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/**
 * KL-Cov: plain importance weighting, and the few tokens that would cost most entropy are tied to the old policy. Those are the ones whose
 * advantage and log-prob go together most:
 *
 * <pre>
 *   cov = (A - mean A) (lp - mean lp)    over all trained tokens of the optimiser step
 *   L   = -r A + coefficient |lp - old|  for the max(1, share of all tokens) with the largest cov
 *   L   = -r A                           for all others
 * </pre>
 *
 * <p>"The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models" (arXiv 2505.22617). Followed: verl
 * ({@code core_algos.py} at b178a3cd, {@code compute_policy_loss_kl_cov}).
 *
 * <p>Differences:
 *
 * <ol>
 *   <li>verl chooses within each micro-batch; here among all tokens of the optimiser step, so that the choice does not depend on the split.
 *   <li>The ratio is clamped as its level says; verl's is not.
 * </ol>
 *
 * <p>Limits: coefficient 0 is {@link PpoClip#UNCLIPPED}. Where new and old log-prob are equal the distance has no gradient, so that the first
 * step of a round is that of the policy gradient.
 *
 * <p>Metrics: {@code ppo_kl}; {@code kl_cov/distance}, the mean of |lp - old| over all tokens, which verl calls {@code actor/ppo_kl};
 * {@code kl_cov/chosen}, the share of tokens tied.
 *
 * @param share of all trained tokens that is tied, above 0 and at most 1
 * @param coefficient of the distance
 */
public record KlCov(double share, double coefficient) implements Surrogate {
    /** verl's configuration. */
    public static final KlCov VERL = new KlCov(2e-4, 0.1);

    private static final TokenColumn CHOSEN = new TokenColumn("kl_cov_chosen");

    /** Checks the numbers. */
    public KlCov {
        Check.that(
                share > 0 && share <= 1,
                "share",
                share,
                "must be above 0 and at most 1",
                "use PpoClip.UNCLIPPED for none");
        Check.that(
                coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY,
                "coefficient",
                coefficient,
                "must be finite and at least 0",
                "use 0.1 as verl does");
    }

    @Override
    public boolean choosesTokens() {
        return true;
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        WindowTokens tokens = WindowTokens.of(rows);
        Comparator<WindowTokens.Token> largestFirst =
                Comparator.comparingDouble((WindowTokens.Token token) -> -token.covariance());
        return Map.of(CHOSEN, tokens.choose(tokens.share(share), token -> true, largestFirst));
    }

    @Override
    public boolean isSilentWithoutAdvantage() {
        return false;
    }

    @Override
    public NDArray perToken(SurrogateInput input, LossMetrics metrics) {
        NDArray chosen = input.batch().column(CHOSEN);
        NDArray distance = input.batch().logProbs().sub(input.oldLogProbs()).abs();
        SurrogateMetrics.tellDistance(input, metrics);
        SurrogateMetrics.tellShare("kl_cov/distance", distance.stopGradient(), input, metrics);
        SurrogateMetrics.tellShare("kl_cov/chosen", chosen, input, metrics);
        NDArray loss = input.logRatio().exp().mul(input.advantages()).neg();
        return loss.add(distance.mul(chosen).mul(coefficient));
    }
}
