package org.rft4j.algorithms.group;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.surrogate.SurrogateInput;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.WindowRows;

/**
 * A policy gradient on groups of answers to the same prompt, put together from the parts of {@link GroupOptions}.
 *
 * <pre>  loss = sum_t w_t ( f_t k_t surrogate_t + kl_coef KL_t - entropy_coef H_t )</pre>
 *
 * with the weights w of the aggregation, the factor f of the sampler correction and k of the off-policy mask. Rows that are not usable take no part
 * in baselines and are not trained.
 *
 * <p>Metrics of a step: {@code policy_loss}; with KL in the loss {@code kl} and {@code actor/kl_coef}; with an entropy bonus {@code entropy} and
 * {@code entropy_coef}; those of the surrogate. Of a round: {@code critic/advantages/mean|max|min}; with KL in the reward
 * {@code actor/reward_kl_penalty} and {@code actor/reward_kl_penalty_coeff}; those of the correction.
 *
 * <p>An adaptive KL coefficient moves after each step where KL is in the loss, and after each round where it is in the reward.
 */
public final class GroupPolicyGradient implements Algorithm {
    private final GroupOptions options;
    private final Needs needs;
    private final Controllers controllers;

    /** Sequences of the step whose loss was computed last. */
    private int stepSequences;

    /**
     * An algorithm at the start of a run.
     *
     * @param options its parts
     */
    public GroupPolicyGradient(GroupOptions options) {
        this.options = options;
        this.needs = options.needs();
        this.controllers = new Controllers(options);
    }

    /**
     * What it is put together from.
     *
     * @return its parts
     */
    public GroupOptions options() {
        return options;
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public Needs needs() {
        return needs;
    }

    @Override
    public boolean comparesWithSampler() {
        return needs.oldLogProbs() == Needs.OldLogProbs.SAMPLER
                || options.correction().isPresent()
                || options.surrogate().comparesWithSampler();
    }

    @Override
    public RowWeights weights() {
        return options.aggregation();
    }

    @Override
    public Estimate estimate(List<TrainingRow> rows, RowScores scores) {
        RoundEstimate estimate = new RoundEstimate(options, rows, scores);
        if (options.kl() instanceof KlPenalty.InReward inReward) {
            double mean = estimate.penalise(inReward.estimator(), controllers.kl());
            controllers.hearKl(mean, estimate.sequences());
        }
        return estimate.finish();
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        return options.surrogate().window(rows);
    }

    /** Advantages of 0, in a loss that has no part without them. */
    @Override
    public boolean isSilent(Map<TokenColumn, float[]> columns, boolean[] trained) {
        boolean others = options.kl() instanceof KlPenalty.InLoss
                || needs.entropy()
                || !options.surrogate().isSilentWithoutAdvantage();
        float[] advantages = columns.get(TokenColumn.ADVANTAGE);
        if (others || advantages == null) {
            return false;
        }
        for (int t = 0; t < trained.length; t++) {
            if (trained[t] && advantages[t] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public LossResult loss(LossInput input) {
        stepSequences = input.window().rows();
        LossMetrics metrics = new LossMetrics();
        NDArray loss = policyLoss(input, metrics);
        metrics.share("policy_loss", loss);
        if (options.kl() instanceof KlPenalty.InLoss inLoss) {
            NDArray kl = klPerToken(inLoss, input);
            metrics.share("kl", input.tokenMean(kl));
            metrics.largest("actor/kl_coef", scalar(input, controllers.kl()));
            loss = loss.add(input.weighted(kl).mul(controllers.kl()));
        }
        if (needs.entropy()) {
            NDArray entropies = input.requireEntropies();
            metrics.share("entropy", input.tokenMean(entropies));
            metrics.largest("entropy_coef", scalar(input, controllers.entropy()));
            loss = loss.sub(input.weighted(entropies).mul(controllers.entropy()));
        }
        return new LossResult(loss, metrics);
    }

    private NDArray policyLoss(LossInput input, LossMetrics metrics) {
        NDArray old = oldLogProbs(input);
        NDArray logRatio = options.ratio().logRatio(input.logProbs(), old, input.mask());
        NDArray advantages = input.column(TokenColumn.ADVANTAGE);
        NDArray perToken = options.surrogate().perToken(new SurrogateInput(input, old, logRatio, advantages), metrics);
        if (options.correction().isPresent()) {
            perToken = perToken.mul(input.column(TokenColumn.FACTOR));
        }
        if (options.offPolicyMask().isPresent()) {
            perToken = perToken.mul(options.offPolicyMask().orElseThrow().keep(input));
        }
        return input.weighted(perToken);
    }

    private NDArray oldLogProbs(LossInput input) {
        return needs.oldLogProbs() == Needs.OldLogProbs.NONE
                ? input.logProbs().stopGradient()
                : input.column(TokenColumn.OLD_LOG_PROB);
    }

    private NDArray klPerToken(KlPenalty.InLoss penalty, LossInput input) {
        NDArray kl = penalty.estimator().of(input.logProbs(), input.column(TokenColumn.REFERENCE_LOG_PROB));
        return penalty.weighting().apply(kl, input.logProbs(), oldLogProbs(input));
    }

    private static NDArray scalar(LossInput input, double value) {
        return input.mask().getManager().create((float) value);
    }

    @Override
    public void learn(Map<String, Double> metrics) {
        if (options.kl() instanceof KlPenalty.InLoss && metrics.containsKey("kl")) {
            controllers.hearKl(metrics.get("kl"), stepSequences);
        }
        if (needs.entropy() && metrics.containsKey("entropy")) {
            controllers.hearEntropy(metrics.get("entropy"));
        }
    }

    @Override
    public JsonNode state() {
        return controllers.state(name());
    }

    @Override
    public void restore(JsonNode state) {
        controllers.restore(state, name());
    }
}
